#include "tests/simulation/machine.hpp"

#include <algorithm>

namespace madang::simulation {

Machine::Machine(std::string its_name, runtime::Simulator& simulator, storage::SimStorage& storage)
    : name{std::move(its_name)}, runtime{simulator.process(name)}, disk{storage.disk(name)} {
  settings.data = name;
  settings.requests_per_minute = 0;
}

runtime::Time Machine::next_change() const {
  auto next = runtime::never;
  for (const auto& it : {restart_at, broker_cut_until})
    if (it) next = std::min<runtime::Time>(next, *it);
  if (disk.faults.full) next = std::min<runtime::Time>(next, disk_full_until);
  if (disk.faults.access_max.count() != 0) next = std::min<runtime::Time>(next, disk_slow_until);
  return next;
}

void Machine::end_what_is_over(runtime::Time now) {
  if (disk.faults.full && now >= disk_full_until) disk.faults.full = false;
  if (disk.faults.access_max.count() != 0 && now >= disk_slow_until)
    disk.faults.access_max = runtime::Duration{0};
}

}  // namespace madang::simulation
