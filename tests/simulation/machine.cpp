#include "tests/simulation/machine.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace madang::simulation {
namespace {

constexpr std::size_t connections_max = 256;

}  // namespace

Machine::Machine(std::string its_name, std::set<std::string> its_parts,
                 runtime::Simulator& simulator, storage::SimStorage& storage, const std::string& on)
    : name{std::move(its_name)},
      parts{std::move(its_parts)},
      runtime{simulator.process(name)},
      disk{storage.disk(on)} {
  settings.data = on;
  settings.requests_per_minute = 0;
}

bool Machine::holds(std::string_view part) const {
  return parts.empty() || parts.contains(std::string{part});
}

bool Machine::let_in(const std::shared_ptr<runtime::Signal>& caller) {
  std::erase_if(callers, [](const auto& it) { return it.expired(); });
  if (callers.size() >= connections_max) return false;
  callers.push_back(caller);
  return true;
}

void Machine::break_connections() {
  for (const auto& it : std::exchange(callers, {}))
    if (const auto caller = it.lock()) caller->raise();
}

std::shared_ptr<storage::MarkMemory> Machine::marks_of(const std::string& context) {
  auto& marks = marks_[context];
  if (!marks) marks = storage::marks_in_memory();
  return marks;
}

void Machine::keep_marks(Ends how) {
  if (how == Ends::without_power) return marks_.clear();
  for (auto& [context, marks] : marks_) {
    auto kept = storage::marks_in_memory();
    std::ranges::copy(marks->bytes(), kept->bytes().begin());
    const std::uint32_t has_crashed = 1;
    if (how == Ends::by_its_fault)
      std::ranges::copy(std::as_bytes(std::span{&has_crashed, 1}), kept->bytes().begin());
    marks = std::move(kept);
  }
}

runtime::Time Machine::next_change() const {
  auto next = runtime::never;
  for (const auto& it : {restart_at, broker_cut_until})
    if (it) next = std::min<runtime::Time>(next, *it);
  if (disk.faults.full) next = std::min<runtime::Time>(next, disk_full_until);
  if (disk.faults.access_max.count() != 0) next = std::min<runtime::Time>(next, disk_slow_until);
  if (disk.faults.hard_to_read) next = std::min<runtime::Time>(next, disk_hard_to_read_until);
  return next;
}

void Machine::end_what_is_over(runtime::Time now) {
  if (disk.faults.full && now >= disk_full_until) disk.faults.full = false;
  if (disk.faults.access_max.count() != 0 && now >= disk_slow_until)
    disk.faults.access_max = runtime::Duration{0};
  if (disk.faults.hard_to_read && now >= disk_hard_to_read_until) disk.faults.hard_to_read = false;
}

}  // namespace madang::simulation
