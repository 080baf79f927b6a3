#pragma once
// One key for several uses, none of which can be mistaken for another: an HMAC over the purpose and
// the parts, each with its length (8 bytes, big-endian) before it.
#include <initializer_list>
#include <string>
#include <string_view>

#include "chassis/security/sha256.hpp"

namespace madang::security {

Digest256 keyed_digest(std::string_view key, std::string_view purpose,
                       std::initializer_list<std::string_view> parts);

// What a secret value, such as an e-mail address, is recognised by without being kept: the same text
// for the same value as long as the key stays, so this key never rotates. Frozen: claims rest on it.
class Fingerprints {
 public:
  Fingerprints(std::string key, std::string purpose)
      : key_{std::move(key)}, purpose_{std::move(purpose)} {}
  [[nodiscard]] std::string of(std::string_view value) const;  // 43 characters of base64url

 private:
  std::string key_, purpose_;
};

}  // namespace madang::security
