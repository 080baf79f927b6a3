// The network between the shop's machines, when it has several: a request that the gateway passes on, a call of one
// context to another. What it is told is whole, or does not come; it may come late, and whoever asked may not hear
// that it did.
#include "chassis/http/wait_for_answer.hpp"
#include "chassis/ports/failures.hpp"
#include "tests/simulation/exchange.hpp"
#include "tests/simulation/world.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace madang::simulation {
namespace {

constexpr auto travels_max = 1ms;
constexpr std::uint64_t cut_s_max = 180;
constexpr auto call_lasts = 30s;  // at most, though whoever calls names no time

}  // namespace

// `make` answers, in a task of the other machine. Throws Unavailable, at the deadline at the latest.
template <class Answer, class Make>
Answer World::ask_machine(Machine& from, Machine& to, runtime::Time until, const Make& make) {
  const auto deadline = std::min<runtime::Time>(until, from.runtime.now() + call_lasts);
  const auto fail = [&](const char* why, bool at_once) {
    if (!at_once) from.runtime.sleep_until(deadline);
    throw chassis::Unavailable{to.name + ": " + why};
  };
  from.runtime.sleep(up_to(travels_max));
  if (is_cut(from, to)) fail("it is not reached", false);
  if (simulator.one_in(faults.hops.lost_one_in)) {
    ++counts["between machines: lost"];
    fail("nothing is heard of it", simulator.one_in(2));
  }
  if (!to.is_up()) fail("it is down", true);
  const bool resets = simulator.one_in(faults.hops.reset_one_in);
  const bool is_late = simulator.one_in(faults.hops.late_one_in);
  const auto late = is_late ? up_to(faults.hops.late_max) : 0us;
  if (is_late) ++counts["between machines: late"];
  const auto asked = std::make_shared<Exchange<Answer>>(from.runtime);
  if (!to.let_in(end_of(asked))) fail("it takes no more", true);
  ++counts["between machines: asked"];
  const auto lasts = deadline - from.runtime.now();
  to.runtime.spawn("asked by " + from.name,
                   [this, asked, &to, make, lasts, late, shop = to.shop.get()] {
                     const auto answer_by = to.runtime.now() + lasts;
                     to.runtime.sleep(late);
                     asked->answer = answered<Answer>(to, [&] { return make(*shop, answer_by); });
                     asked->over.raise();
                   });
  asked->over.wait_beyond(0, deadline);
  if (resets) {
    ++counts["between machines: reset after it was taken"];
    fail("the connection is broken off", true);
  }
  if (is_cut(to, from)) fail("its answer does not come", false);
  if (!asked->answer) fail("no answer in time", true);
  return *std::move(asked->answer);
}

// Nothing, when there is none for now: a defect is another thing.
template <class Answer, class Make>
std::optional<Answer> World::answered(const Machine& by, const Make& make) {
  try {
    return make();
  } catch (const chassis::Unavailable&) {
    return std::nullopt;
  } catch (const chassis::Conflict&) {
    return std::nullopt;
  } catch (const std::exception& defect) {
    violate(fmt::format("the {} fails when another asks it: {}", by.name, defect.what()));
    return std::nullopt;
  }
}

app::Elsewhere World::elsewhere_of(Machine& from) {
  return {.serve = [this, &from](const std::string& context,
                                 const http::Request& request) -> http::Later<http::Response> {
            return pass_on(from, machine_of(context), request);
          },
          .call =
              [this, &from](const std::string& context, std::string_view method,
                            const std::string& message, const chassis::Call& call) {
                return call_machine(from, machine_of(context), method, message, call);
              }};
}

http::Response World::pass_on(Machine& from, Machine& to, const http::Request& request) {
  const auto answer = [this, &to, request](app::Shop& shop, runtime::Time answer_by) {
    auto received = request;
    received.deadline = answer_by;
    auto response = http::wait_for_answer(
        to.runtime, [&shop](const http::Request& it) { return shop.serve(it); }, received);
    if (const auto* slice = std::get_if<http::FileSlice>(&response.body))
      response.body = bytes_of(*slice);
    return response;
  };
  return ask_machine<http::Response>(from, to, request.deadline, answer);
}

std::string World::call_machine(Machine& from, Machine& to, std::string_view method,
                                const std::string& message, const chassis::Call& call) {
  const auto answer = [method = std::string{method}, message, trace = call.traceparent](
                          app::Shop& shop, runtime::Time answer_by) {
    const auto by = std::chrono::floor<std::chrono::milliseconds>(answer_by);
    return shop.answer_call(method, message, {by, trace});
  };
  return ask_machine<std::string>(from, to, call.deadline, answer);
}

bool World::is_cut(const Machine& from, const Machine& to) {
  const auto found = cuts_.find({from.name, to.name});
  if (found == cuts_.end() || now() >= found->second) return false;
  ++counts["between machines: cut off"];
  return true;
}

// One way or both.
void World::cut_between_machines() {
  ++counts["cuts between two machines"];
  const auto& one = some_machine();
  const auto& other = some_machine();
  const auto until = now() + up_to_seconds(cut_s_max);
  cuts_[{one.name, other.name}] = until;
  if (simulator.one_in(2)) cuts_[{other.name, one.name}] = until;
  tell(fmt::format("nothing of the {} reaches the {}", one.name, other.name));
}

}  // namespace madang::simulation
