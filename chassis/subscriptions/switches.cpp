#include "chassis/subscriptions/switches.hpp"

namespace madang::chassis {

void Switches::note(const Act& act) {
  if (act.what != off && act.what != on) return;
  auto before = off_.load();
  std::shared_ptr<const Off> after;
  do {
    auto changed = std::make_shared<Off>(*before);
    if (act.what == off) changed->insert_or_assign(act.about, act);
    else changed->erase(act.about);
    after = std::move(changed);
  } while (!off_.compare_exchange_strong(before, after));
}

}  // namespace madang::chassis
