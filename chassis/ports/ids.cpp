#include "chassis/ports/ids.hpp"

#include <algorithm>
#include <string>

#include "chassis/security/sha256.hpp"

namespace madang::chassis {

Digest128 digest128(std::initializer_list<Part> parts) {
  std::string bytes;
  for (const Part& part : parts) {
    bytes += Part{part.bytes().size()}.bytes();
    bytes += part.bytes();
  }
  const auto digest = security::sha256(bytes);
  Digest128 first{};
  std::copy_n(digest.begin(), first.size(), first.begin());
  return first;
}

kernel::IdBytes marked_as_uuid(kernel::IdBytes bytes, unsigned version) {
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | (version << 4U));
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U);
  return bytes;
}

kernel::IdBytes uuid_v7(kernel::Instant now, const std::array<std::uint8_t, 10>& random) {
  kernel::IdBytes bytes{};
  const auto milliseconds = static_cast<std::uint64_t>(now.time_since_epoch().count());
  for (std::size_t i = 0; i < 6; ++i) {
    bytes[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
  }
  std::copy(random.begin(), random.end(), bytes.begin() + 6);
  return marked_as_uuid(bytes, 7);
}

}  // namespace madang::chassis
