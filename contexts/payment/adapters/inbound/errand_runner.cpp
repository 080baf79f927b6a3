#include "payment/adapters/inbound/errand_runner.hpp"

#include "chassis/ports/failures.hpp"
#include "chassis/runtime/pauses.hpp"
#include "payment/adapters/inbound/fresh_key.hpp"
#include <algorithm>

namespace madang::payment {

ErrandRunner::ErrandRunner(runtime::Runtime& runtime, chassis::Commands& payment,
                           Provider& provider,
                           std::function<void(std::string_view, const PaymentId&)> warn,
                           ErrandPace pace)
    : runtime_{runtime},
      payment_{payment},
      provider_{provider},
      warn_{std::move(warn)},
      pace_{pace} {}

void ErrandRunner::run(std::size_t task, std::size_t of) const {
  Memory memory;
  chassis::KeptAnswer<ErrandsOpen> open{payment_};
  while (true) {
    try {
      look_once(memory, open.at(std::chrono::floor<std::chrono::milliseconds>(runtime_.now())),
                task, of);
    } catch (const chassis::Unavailable&) {
      // the journal or the read model is busy: the next look will do
    }
    runtime_.sleep(pace_.look_every);
  }
}

void ErrandRunner::look_once(Memory& memory, const ErrandsOpen::Result& open, std::size_t task,
                             std::size_t of) const {
  std::erase_if(memory, [&](const auto& tried) {
    return std::ranges::find(open, tried.first, &ErrandsOpen::Open::payment) == open.end();
  });
  for (const auto& errand : open)
    if (std::hash<PaymentId>{}(errand.payment) % of == task && is_due(memory, errand))
      run_one(memory, errand);
}

bool ErrandRunner::is_due(Memory& memory, const ErrandsOpen::Open& open) const {
  const bool waits = std::holds_alternative<LookUp>(open.errand);
  const auto first = open.since + (waits ? pace_.first_look_up : runtime::Duration{});
  const Tried untried{open.errand.index(), runtime::Duration{}, first};
  auto& tried = memory.try_emplace(open.payment, untried).first->second;
  if (tried.kind != untried.kind) tried = untried;
  return tried.next <= runtime_.now();
}

void ErrandRunner::run_one(Memory& memory, const ErrandsOpen::Open& open) const {
  const auto deadline =
      std::chrono::floor<std::chrono::milliseconds>(runtime_.now() + pace_.answer_within);
  const auto answer =
      run_errand({open.payment, open.errand, deadline},
                 fresh_key(runtime_, "run_errand", open.payment), payment_, provider_);
  if (answer == RunErrand::Answer::contradicts)
    warn_("the provider's word on a payment does not fit with ours", open.payment);
  auto& [kind, waited, next] = memory.at(open.payment);
  waited = runtime::Pauses{pace_.first_wait, pace_.longest_wait}.after(waited, runtime_);
  next = runtime_.now() + waited;
}

}  // namespace madang::payment
