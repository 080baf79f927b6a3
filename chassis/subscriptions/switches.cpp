#include "chassis/subscriptions/switches.hpp"

namespace madang::chassis {

namespace {

void heed(const Act& act, Switches::Off& all) {
  if (act.what == Switches::off) all.insert_or_assign(act.about, act);
  else if (act.what == Switches::on) all.erase(act.about);
}

}  // namespace

Switches::Off Switches::off_by(const std::vector<Act>& acts) {
  Off all;
  for (const auto& act : acts) heed(act, all);
  return all;
}

void Switches::note(const Act& act) {
  if (act.what != off && act.what != on) return;
  auto before = off_.load();
  std::shared_ptr<const Off> after;
  do {
    auto changed = std::make_shared<Off>(*before);
    heed(act, *changed);
    after = std::move(changed);
  } while (!off_.compare_exchange_strong(before, after));
}

}  // namespace madang::chassis
