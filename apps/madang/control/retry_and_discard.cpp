#include <algorithm>

#include "apps/madang/control/desk.hpp"
#include "apps/madang/control/exits.hpp"
#include "apps/madang/control/parked_story.hpp"
#include "chassis/journal/event.hpp"
#include "chassis/runtime/pauses.hpp"

namespace madang::app {
namespace {

using chassis::Parked;

constexpr auto retry_within = std::chrono::seconds{30};
constexpr runtime::Pauses pauses{std::chrono::milliseconds{20}, std::chrono::seconds{1}};

const Parked* find(const std::vector<Parked>& all, std::int64_t number) {
  const auto found = std::ranges::find(all, number, &Parked::number);
  return found == all.end() ? nullptr : &*found;
}

Parked must_find(const std::vector<Parked>& all, const Question& asked) {
  if (const auto* it = find(all, asked.number)) return *it;
  throw Refused{"nothing is parked in " + asked.context + " under the number " +
                std::to_string(asked.number)};
}

// Deliveries of one key are tried in order, so another before it may be the one that fails again.
void demand_none_failed_again(const std::vector<Parked>& before, const std::vector<Parked>& now,
                              std::int64_t number) {
  for (const auto& it : now) {
    const auto* earlier = find(before, it.number);
    if (!earlier || it.attempts <= earlier->attempts) continue;
    if (it.number == number) throw Refused{"it failed again: " + it.cause};
    if (it.number < number)
      throw Refused{"it waits behind " + std::to_string(it.number) +
                    ", which failed again: " + it.cause};
  }
}

}  // namespace

Said Desk::retry(const Question& asked, const std::string& who) {
  auto& at = engine(asked.context);
  const auto before = at.parked();
  const auto wanted = must_find(before, asked);
  if (at.switches().is_off(wanted.consumer))
    throw Refused{wanted.consumer + " is switched off; switch it on first"};
  const auto of_its_key = [&](std::vector<Parked> all) {
    std::erase_if(all, [&](const Parked& it) {
      return it.consumer != wanted.consumer || it.key != wanted.key;
    });
    return all;
  };
  at.retry_parked(wanted.consumer, wanted.key);
  runtime::Duration pause{};
  for (const auto deadline = runtime_.now() + retry_within; runtime_.now() < deadline;) {
    const auto now = of_its_key(at.parked());
    if (!find(now, asked.number)) {
      const auto about = line_of(asked.context, wanted);
      if (!at.note_act(act_of(asked, who, "retried", about, json_of(asked.context, wanted))))
        throw Cannot{"it was handled, and the journal took no note of who asked for it"};
      return {done, "handled\n", {}};
    }
    demand_none_failed_again(of_its_key(before), now, asked.number);
    pause = pauses.after(pause, runtime_);
    runtime_.sleep(pause);
  }
  throw Refused{"it was not tried again in time; it still waits"};
}

Said Desk::discard(const Question& asked, const std::string& who) {
  if (asked.why.empty()) throw NotUnderstood{"say why it is given up: --reason TEXT"};
  auto& at = engine(asked.context);
  const auto wanted = must_find(at.parked(), asked);
  const auto act = act_of(asked, who, "discarded", line_of(asked.context, wanted),
                          json_of(asked.context, wanted));
  if (!at.discard_parked(asked.number, act))
    throw Cannot{"the journal took no write; nothing was discarded"};
  return {done, "discarded\n", {}};
}

}  // namespace madang::app
