#pragma once
// Identities made of what caused them: the same parts give the same id on every machine and for
// ever, so whatever happens again names the same thing again (DESIGN.md section 6). The function is
// frozen: changing it would forget every repeat.
//
//   digest128 = the first 16 bytes of SHA-256 over, for each part, its length (8 bytes, big-endian)
//               and its bytes
//   part      = text or bytes as they are | an id's 16 bytes | a whole number (8 bytes, big-endian)
#include <array>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "kernel/id.hpp"
#include "kernel/instant.hpp"

namespace madang::chassis {

using Digest128 = kernel::IdBytes;

// One of the parts. It views text and ids, so they must outlive the call.
class Part {
 public:
  template <std::convertible_to<std::string_view> Text>
  Part(const Text& text) : view_{text} {}
  template <class Tag>
  Part(const kernel::Id<Tag>& id) : view_{view_of(id.bytes())} {}
  Part(const Digest128& digest) : view_{view_of(digest)} {}
  template <std::integral Number>
    requires(!std::same_as<Number, bool> && !std::same_as<Number, char>)
  Part(Number number) : is_number_{true} {
    for (std::size_t i = 0; i < number_.size(); ++i) {
      number_[i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (56 - 8 * i));
    }
  }
  [[nodiscard]] std::string_view bytes() const {
    return is_number_ ? std::string_view{number_.data(), number_.size()} : view_;
  }

 private:
  static std::string_view view_of(const kernel::IdBytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  std::string_view view_;
  std::array<char, 8> number_{};
  bool is_number_ = false;
};

Digest128 digest128(std::initializer_list<Part> parts);

// The bytes marked as UUID of the given version (RFC 9562 sections 4.1 and 4.2).
kernel::IdBytes marked_as_uuid(kernel::IdBytes, unsigned version);

// derived_id<HoldId>({"rental/hold", command_id}): a UUIDv8 (RFC 9562 section 5.8) of digest128.
template <class Id>
Id derived_id(std::initializer_list<Part> parts) {
  return Id{marked_as_uuid(digest128(parts), 8)};
}

// For what nothing causes: 48 bits of milliseconds, then chance (RFC 9562 section 5.7). Ids of one
// millisecond come in no order.
kernel::IdBytes uuid_v7(kernel::Instant now, const std::array<std::uint8_t, 10>& random);

}  // namespace madang::chassis
