#pragma once
// Memory that outlives the process, for the marks of what it was at when it ended
// (chassis/journal/marks.hpp). The first bytes are a word that is set to 1 when the process ends by a
// fault of its own: an abort, a wild pointer. Killed from outside it stays as it is.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace madang::storage {

inline constexpr std::size_t mark_bytes = 64 + 256 * 128;

// Zeros at first; outlives the process, though not necessarily the power.
class MarkMemory {
 public:
  virtual ~MarkMemory() = default;
  [[nodiscard]] virtual std::span<std::byte, mark_bytes> bytes() = 0;
};
// A mapped file, made when it is absent. Throws Unavailable.
std::shared_ptr<MarkMemory> map_marks(const std::string& path);
// For simulated processes, by which it must not be owned.
std::shared_ptr<MarkMemory> marks_in_memory();

}  // namespace madang::storage
