// What lies between people, the shop and the payment provider, and what goes wrong there.
#include "chassis/http/wait_for_answer.hpp"
#include "chassis/ports/failures.hpp"
#include "tests/simulation/exchange.hpp"
#include "tests/simulation/world.hpp"
#include <fmt/format.h>

namespace madang::simulation {
namespace {

constexpr auto request_lasts = 30s;  // at most: the server's own limit
constexpr auto call_lasts = 10s;

}  // namespace

Duration World::up_to(Duration most) {
  return Duration{
      static_cast<std::int64_t>(simulator.random() % static_cast<std::uint64_t>(most.count() + 1))};
}

// What a server would send of a file.
std::string World::bytes_of(const http::FileSlice& slice) {
  const auto file = storage.files().open(slice.path.string());
  if (!file) throw chassis::Unavailable{"the file is gone"};
  std::string bytes(slice.length, '\0');
  bytes.resize(file->read(slice.offset, std::as_writable_bytes(std::span{bytes})));
  return bytes;
}

std::optional<http::Response> World::ask_shop(runtime::Runtime& from, http::Request request,
                                              Duration patience) {
  const auto deadline = from.now() + patience;
  if (simulator.one_in(faults.requests_lost_one_in)) {
    ++counts["network: requests lost"];
    from.sleep_until(deadline);
    return std::nullopt;
  }
  from.sleep(100us + up_to(2ms));
  auto& door = this->door();
  if (!door.is_up()) return std::nullopt;  // nobody listens
  request.deadline = door.runtime.now() + request_lasts;
  const auto asked = std::make_shared<Asked>(from);
  if (!door.let_in(end_of(asked))) return std::nullopt;
  door.runtime.spawn(
      "request", [this, asked, &door, shop = door.shop.get(), request = std::move(request)] {
        auto response = http::wait_for_answer(
            door.runtime, [shop](const http::Request& it) { return shop->handle(it); }, request);
        if (const auto* slice = std::get_if<http::FileSlice>(&response.body)) try {
            response.body = bytes_of(*slice);
          } catch (const chassis::Unavailable&) {
            asked->over.raise();  // the connection breaks in the middle
            return;
          }
        asked->answer = std::move(response);
        asked->over.raise();
      });
  asked->over.wait_beyond(0, deadline);
  if (!asked->answer) return std::nullopt;
  if (simulator.one_in(faults.answers_lost_one_in)) {
    ++counts["network: answers lost"];
    return std::nullopt;
  }
  return std::move(asked->answer);
}

// Leave to charge is given once, whatever becomes of the call: who comes later looks it up. What is to be paid back
// may be asked for any number of times, as one and the same: only under another key could it be paid back twice.
void World::demand_asked_once(const http::Request& request) {
  if (request.method != http::Method::post) return;
  if (request.path.ends_with("/confirm") && !confirmed_.insert(request.path).second)
    violate("the shop tells the provider to charge a second time: " + request.path);
  if (!request.path.ends_with("/refunds")) return;
  const std::string key{request.headers.get("Idempotency-Key").value_or("")};
  const auto [asked, is_new] = refund_keys_.emplace(request.body, key);
  if (!is_new && asked->second != key)
    violate(fmt::format("the shop tells the provider to pay back {} as {} and as {}", request.body,
                        asked->second, key));
}

http::Response World::call_provider(Machine& from, const http::Request& request) {
  const auto deadline = std::min<runtime::Time>(request.deadline, from.runtime.now() + call_lasts);
  demand_asked_once(request);
  const auto fail = [&](const char* why, bool at_once) {
    if (!at_once) from.runtime.sleep_until(deadline);
    throw chassis::Unavailable{why};
  };
  if (now() < provider_away_until_) fail("the provider is away", simulator.one_in(2));
  if (simulator.one_in(faults.calls_lost_one_in)) {
    ++counts["network: calls lost"];
    fail("the call is lost", simulator.one_in(2));
  }
  if (!provider_ || provider_died_) fail("the provider is down", true);
  const bool resets = simulator.one_in(faults.calls_reset_one_in);
  const auto late = simulator.one_in(faults.calls_late_one_in) ? up_to(faults.calls_late_max) : 0us;
  if (late > 0us) ++counts["network: calls late"];
  const auto asked = std::make_shared<Asked>(from.runtime);
  auto received = request;
  received.deadline = provider_machine.now() + (deadline - from.runtime.now());
  provider_machine.spawn("call", [this, asked, received, resets, late, of = provider_.get()] {
    provider_machine.sleep(late);
    try {
      auto response = of->handle(received);
      if (!resets) asked->answer = std::move(response);
    } catch (const chassis::Unavailable&) {
      // It was killed while it wrote.
    }
    asked->over.raise();
  });
  if (resets) ++counts["network: calls reset after they were taken"];
  asked->over.wait_beyond(0, deadline);
  if (!asked->answer) {
    if (request.path.ends_with("/confirm")) ++counts[unknown_payments];
    fail("no answer in time", true);
  }
  return std::move(*asked->answer);
}

// In a task of the provider. What is late arrives after the provider was told that it did not.
http::Response World::deliver_webhook(const http::Request& request) {
  const auto deliver = [this, request] {
    auto answer = ask_shop(provider_machine, request, call_lasts);
    if (answer && answer->status == 204) ++counts["webhooks heard"];
    return answer ? *std::move(answer) : http::Response{.status = 503};
  };
  if (simulator.one_in(faults.webhooks_lost_one_in)) {
    ++counts["network: webhooks lost"];
    return {.status = 503};
  }
  if (simulator.one_in(faults.webhooks_late_one_in)) {
    ++counts["network: webhooks late"];
    provider_machine.spawn("late webhook", [this, deliver, late = up_to(4min)] {
      provider_machine.sleep(late);
      deliver();
    });
    return {.status = 503};
  }
  if (simulator.one_in(faults.webhooks_doubled_one_in)) {
    ++counts["network: webhooks doubled"];
    deliver();
  }
  return deliver();
}

}  // namespace madang::simulation
