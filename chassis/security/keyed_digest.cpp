#include "chassis/security/keyed_digest.hpp"

#include "chassis/ports/ids.hpp"
#include "chassis/security/base64url.hpp"
#include "chassis/security/hmac.hpp"

namespace madang::security {

Digest256 keyed_digest(std::string_view key, std::string_view purpose,
                       std::initializer_list<std::string_view> parts) {
  std::string bytes;
  const auto append = [&bytes](std::string_view part) {
    bytes += chassis::Part{part.size()}.bytes();
    bytes += part;
  };
  append(purpose);
  for (const auto part : parts) append(part);
  return hmac_sha256(key, bytes);
}

std::string Fingerprints::of(std::string_view value) const {
  return base64url(as_text(keyed_digest(key_, purpose_, {value})));
}

}  // namespace madang::security
