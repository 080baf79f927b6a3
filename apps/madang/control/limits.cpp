#include "apps/madang/control/limits.hpp"

#include <algorithm>
#include <mutex>

#include "apps/madang/control/desk.hpp"
#include "apps/madang/control/exits.hpp"
#include "chassis/telemetry/time_text.hpp"

namespace madang::app {
namespace {

void demand_limit(const std::string& name) {
  const auto all = all_options();
  const auto found = std::ranges::find(all, name, &config::Option::name);
  if (found == all.end()) throw NotUnderstood{"there is no option " + name};
  if (!found->is_limit)
    throw Refused{name + " is read when the shop starts: give it another way, and start it again"};
}

void drop(const std::string& name, Changes& from) {
  std::erase_if(from, [&](const config::Changed& it) { return it.name == name; });
}

}  // namespace

Changes limits_changed(const std::vector<chassis::Act>& acts) {
  Changes changes;
  for (const auto& act : acts) {
    if (act.what != limit_set && act.what != limit_dropped) continue;
    const auto equals = std::min(act.about.find('='), act.about.size());
    const auto name = act.about.substr(0, equals);
    drop(name, changes);
    if (act.what == limit_set)
      changes.push_back({name, act.about.substr(equals + 1),
                         "operator " + act.who + ", " + telemetry::time_text(act.at)});
  }
  return changes;
}

Said Desk::change_limit(const Question& asked, const std::string& who) {
  const bool is_set = asked.command == "config set";
  if (is_set && asked.why.empty()) throw NotUnderstood{"say why it is changed: --reason TEXT"};
  demand_limit(asked.part);
  auto& identity = engine("identity");
  const std::unique_lock section{changing_limits_};
  auto changes = limits_changed(identity.read_journal()->acts());
  const auto before = changes.size();
  drop(asked.part, changes);
  if (is_set) changes.push_back({asked.part, asked.value, "--reason " + asked.why});
  else if (changes.size() == before) throw Refused{asked.part + " was not changed by anybody"};
  const auto settings = limits_.with(changes);
  const auto act = is_set
                       ? act_of(asked, who, std::string{limit_set}, asked.part + "=" + asked.value)
                       : act_of(asked, who, std::string{limit_dropped}, asked.part);
  if (!identity.note_act(act)) throw Cannot{"the journal took no write; nothing was changed"};
  if (limits_.put_in_force) limits_.put_in_force(settings);
  return {done,
          is_set ? asked.part + " = " + asked.value + " from now on\n"
                 : asked.part + " is again what flags, environment and file say\n",
          {}};
}

}  // namespace madang::app
