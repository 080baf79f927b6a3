#pragma once
// An address that opens one thing, for one subject (a rental, a person), for a short time, without a
// sign-in: a reader's program can fetch the file of a loan by it. What the link opens must still be
// asked whether it may be opened; a link only says who was let in and when.
//
//   link = path "?expires=" seconds since 1970 "&for=" subject "&signature=" base64url of
//          keyed_digest(key, purpose, path, expires, subject)
#include <expected>
#include <string>
#include <string_view>

#include "chassis/http/message.hpp"
#include "chassis/security/secrets.hpp"
#include "kernel/instant.hpp"

namespace madang::security {

enum class LinkFault { malformed, wrong_signature, expired };

struct OpenedLink {
  std::string subject;
  kernel::Instant expires_at;
};

// Any thread.
class SignedLinks {
 public:
  SignedLinks(const RotatingKey& key, std::string purpose)
      : key_{key}, purpose_{std::move(purpose)} {}

  // Path and subject of unreserved characters (RFC 3986 section 2.3), the path with slashes; anything
  // else throws std::invalid_argument. Expires at a whole second, rounded down.
  [[nodiscard]] std::string sign(std::string_view path, std::string_view subject,
                                 kernel::Instant expires_at) const;
  [[nodiscard]] std::expected<OpenedLink, LinkFault> open(const http::Request&,
                                                          kernel::Instant now) const;

 private:
  const RotatingKey& key_;
  std::string purpose_;
};

}  // namespace madang::security
