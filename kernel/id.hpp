#pragma once
// An identity that cannot be mistaken for another kind of identity: 16 bytes, written as a UUID
// (RFC 9562: 32 hexadecimal digits in lower case, hyphens after 8, 12, 16 and 20). Most are derived
// from what caused them, so that a repeat names the same thing again.
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace madang::kernel {

using IdBytes = std::array<std::uint8_t, 16>;

std::string uuid_text(const IdBytes&);
std::optional<IdBytes> parse_uuid(std::string_view);  // either case; anything else is nullopt

template <class Tag>
class Id {
 public:
  explicit constexpr Id(const IdBytes& bytes) : bytes_{bytes} {}
  [[nodiscard]] static std::optional<Id> parse(std::string_view text) {
    const auto bytes = parse_uuid(text);
    return bytes ? std::optional{Id{*bytes}} : std::nullopt;
  }
  [[nodiscard]] std::string text() const { return uuid_text(bytes_); }
  [[nodiscard]] constexpr const IdBytes& bytes() const { return bytes_; }
  friend constexpr auto operator<=>(const Id&, const Id&) = default;

 private:
  IdBytes bytes_;
};

}  // namespace madang::kernel

template <class Tag>
struct std::hash<madang::kernel::Id<Tag>> {
  std::size_t operator()(const madang::kernel::Id<Tag>& id) const noexcept {
    std::size_t first = 0;  // ids are digests or random: any part of them is as good as a hash
    std::memcpy(&first, id.bytes().data() + 8, sizeof first);
    return first;
  }
};
