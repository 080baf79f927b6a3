#include "chassis/journal/marks.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <vector>

#include "kernel/check.hpp"

namespace madang::chassis {

struct Marks::Board {
  std::uint32_t crashed;
  std::array<char, 12> magic;
  std::array<std::byte, 48> zeros;
  std::array<Record, 64> seen;
  std::array<Record, 192> slots;
};

namespace {

constexpr std::array<char, 12> magic{'m', 'a', 'd', 'a', 'n', 'g', '.', 'm', 'a', 'r', 'k', '1'};
constexpr std::uint32_t starts_running = 2;

std::string_view fitting(std::string_view who) { return who.substr(0, 103); }

}  // namespace

Marks::Marks(std::shared_ptr<storage::MarkMemory> memory) : memory_{std::move(memory)} {
  static_assert(sizeof(Board) == storage::mark_bytes && offsetof(Board, crashed) == 0);
  if (!memory_) return;
  board_ = reinterpret_cast<Board*>(memory_->bytes().data());
  if (board_->magic != magic) {
    std::ranges::fill(memory_->bytes(), std::byte{});
    board_->magic = magic;
  }
  take_stock();
}

void Marks::take_stock() {
  using Key = std::pair<std::string, Digest128>;
  const auto key_of = [](const Record& it) { return Key{it.who.data(), it.what}; };
  std::map<Key, std::uint32_t> before;
  for (const auto& it : board_->seen)
    if (it.count > 0) before[key_of(it)] = it.count;
  std::vector<Record> found;
  for (const auto& it : board_->slots) {
    if (it.count == 0 || (it.waits && !board_->crashed)) continue;
    if (found.size() == board_->seen.size()) break;
    auto& kept = found.emplace_back(it);
    kept.count = before[key_of(it)] + 1;
    if (kept.count >= starts_running) suspects_.insert(key_of(it));
  }
  // What is seen stands before the slots are cleared: an end in between counts it twice at worst.
  board_->seen = {};
  std::ranges::copy(found, board_->seen.begin());
  board_->slots = {};
  board_->crashed = 0;
}

Marks::Slot Marks::slot(Handling handling) {
  Slot slot;
  if (!board_) return slot;
  const auto index = slots_taken_++;
  CHECK(index < board_->slots.size(), "there is a mark for each task");
  slot.marks_ = this;
  slot.record_ = &board_->slots[index];
  slot.handling_ = handling;
  return slot;
}

bool Marks::Slot::suspects(std::string_view who, const Digest128& what) const {
  return marks_ && !marks_->suspects_.empty() &&
         marks_->suspects_.contains({std::string{fitting(who)}, what});
}

Marks::Marked Marks::Slot::mark(std::string_view who, const Digest128& what) {
  if (!record_) return Marked{nullptr};
  const auto name = fitting(who);
  record_->waits = handling_ == Handling::waits;
  record_->what = what;
  std::ranges::copy(name, record_->who.begin());
  record_->who[name.size()] = '\0';
  std::atomic_ref{record_->count}.store(1, std::memory_order_release);
  return Marked{record_};
}

}  // namespace madang::chassis
