#pragma once
// Addresses by which a rental's file can be read for some minutes without a sign-in, as a reader's
// program does. A link says who was let in and when; the loan itself is asked at every request.
//
//   link = "/v1/files/" rental "/" name "?expires=" seconds since 1970 "&signature=" base64url of
//          keyed_digest(key, "rental file", rental, name, expires)
#include <cstdint>
#include <string>
#include <string_view>

#include "chassis/security/secrets.hpp"
#include "kernel/ids.hpp"
#include "kernel/instant.hpp"

namespace madang::rental {

// Any task. The key must outlive it.
class FileLinks {
 public:
  explicit FileLinks(const security::RotatingKey& key) : key_{key} {}

  // The name holds unreserved characters only (RFC 3986 section 2.3).
  [[nodiscard]] std::string sign(const kernel::RentalId&, std::string_view name,
                                 std::int64_t expires) const;
  [[nodiscard]] bool is_ours(const kernel::RentalId&, std::string_view name, std::int64_t expires,
                             std::string_view signature) const;

 private:
  const security::RotatingKey& key_;
};

}  // namespace madang::rental
