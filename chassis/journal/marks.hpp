#pragma once
// Finds what brings the process down. Before something is handled, who handles it and what it is are
// marked in memory that outlives the process; the mark is cleared when it was handled. What two starts
// running find marked is suspect, and whoever gets it next sets it aside unhandled instead.
//
// A mark is no proof: what another task was at when the process ended is marked too. Handling that is
// brief is hardly ever hit twice running by mere chance, so its marks always count; a call to the outside
// may take seconds, so its marks count only when the process ended by its own fault (a crash, an abort)
// and not, say, by SIGKILL. An exhausted stack is not seen as a fault of its own.
//
//   file = crashed:u32 magic[12] zeros[48] seen[64] slots[192]      each of 128 bytes, native byte order
//   seen, slot = count:u32 waits:u32 what[16] who[104]             count 0: empty; who: zero-ended, cut off
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "chassis/ports/ids.hpp"
#include "chassis/storage/mark_memory.hpp"

namespace madang::chassis {

class Marks {
  struct Record {
    std::uint32_t count, waits;
    std::array<std::uint8_t, 16> what;
    std::array<char, 104> who;
  };
  struct Board;

 public:
  enum class Handling { brief, waits };

  // Until it goes, the thing is marked.
  class [[nodiscard]] Marked {
   public:
    explicit Marked(Record* record) : record_{record} {}
    ~Marked() {
      if (record_) std::atomic_ref{record_->count}.store(0, std::memory_order_release);
    }
    Marked(const Marked&) = delete;
    Marked& operator=(const Marked&) = delete;

   private:
    Record* record_;
  };

  // For one task, one thing at a time.
  class Slot {
   public:
    Slot() = default;  // marks nothing and suspects nothing
    [[nodiscard]] bool suspects(std::string_view who, const Digest128& what) const;
    Marked mark(std::string_view who, const Digest128& what);

   private:
    friend class Marks;
    const Marks* marks_ = nullptr;
    Record* record_ = nullptr;
    Handling handling_ = Handling::brief;
  };

  // Takes stock of what the last process left. Without memory nothing is ever marked.
  explicit Marks(std::shared_ptr<storage::MarkMemory>);

  // From any task. No more than there are slots in the file.
  [[nodiscard]] Slot slot(Handling);

 private:
  void take_stock();

  std::shared_ptr<storage::MarkMemory> memory_;
  Board* board_ = nullptr;
  std::atomic<std::size_t> slots_taken_ = 0;
  std::set<std::pair<std::string, Digest128>> suspects_;
};

}  // namespace madang::chassis
