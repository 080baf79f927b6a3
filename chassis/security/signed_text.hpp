#pragma once
// What a client is given to bring back unchanged: cursors, position tokens. It can be read by anyone
// who tries, so it holds nothing secret, but only the shop can make one, and each purpose only its
// own.
//
//   text = base64url( bytes, first 16 bytes of keyed_digest(key, purpose, bytes) )
#include <optional>
#include <string>
#include <string_view>

#include "chassis/security/secrets.hpp"

namespace madang::security {

// Any thread.
class SignedTexts {
 public:
  SignedTexts(const RotatingKey& key, std::string purpose)
      : key_{key}, purpose_{std::move(purpose)} {}

  [[nodiscard]] std::string sign(std::string_view bytes) const;
  // nullopt for what sign() did not make: under the current key, the one before, and this purpose.
  [[nodiscard]] std::optional<std::string> open(std::string_view text) const;

 private:
  const RotatingKey& key_;
  std::string purpose_;
};

}  // namespace madang::security
