#pragma once
// SHA-256 (FIPS 180-4) of bytes at once or as they come. Throws std::runtime_error only when the
// cryptographic library itself is broken or out of memory.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace madang::security {

using Digest256 = std::array<std::uint8_t, 32>;

Digest256 sha256(std::string_view bytes);

// The digest of a stream: any number of update(), then one finish(). Not for two threads at once.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept = default;
  Sha256& operator=(Sha256&&) noexcept = default;
  ~Sha256() = default;

  void update(std::string_view bytes);
  [[nodiscard]] Digest256 finish();  // afterwards it stands at the beginning again

 private:
  struct Free {
    void operator()(void*) const noexcept;
  };
  std::unique_ptr<void, Free> context_;
};

std::string hex(std::string_view bytes);  // lower case
// Of 64 hexadecimal digits in lower case; anything else is nullopt.
std::optional<Digest256> parse_digest(std::string_view hex);

// The bytes of an array seen as text, for what takes bytes as a string_view.
template <std::size_t size>
std::string_view as_text(const std::array<std::uint8_t, size>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

}  // namespace madang::security
