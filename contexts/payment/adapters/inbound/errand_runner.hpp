#pragma once
// Sees to it that no payment stays unknown: whatever has to be asked of the provider is asked, later
// and later, until it answers. What it has tried is kept in memory alone, so after a restart it begins
// again; the provider's answers make that harmless.
#include "chassis/ports/kept_answer.hpp"
#include "chassis/runtime/runtime.hpp"
#include "payment/application/payments.hpp"
#include "payment/application/run_errand.hpp"
#include <functional>
#include <map>
#include <string_view>

namespace madang::payment {

struct ErrandPace {
  // A charge is looked up once its own caller must have had the answer.
  runtime::Duration first_look_up = std::chrono::seconds{5};
  runtime::Duration first_wait =
      std::chrono::seconds{1};  // longer after each try (runtime::Pauses)
  runtime::Duration longest_wait = std::chrono::minutes{5};
  runtime::Duration answer_within = std::chrono::seconds{10};
  runtime::Duration look_every = std::chrono::seconds{1};
};

class ErrandRunner {
 public:
  // `warn` hears of payments about which provider and shop contradict each other.
  ErrandRunner(runtime::Runtime&, chassis::Commands& payment, Provider&,
               std::function<void(std::string_view what, const PaymentId&)> warn, ErrandPace = {});

  // The life of one of `of` tasks, which share the payments among them; ends only with its process.
  [[noreturn]] void run(std::size_t task, std::size_t of) const;

 private:
  struct Tried {
    std::size_t kind;          // of errand: another one begins with short waits again
    runtime::Duration waited;  // before the last try
    runtime::Time next;
  };
  using Memory = std::map<PaymentId, Tried>;

  void look_once(Memory&, const ErrandsOpen::Result& open, std::size_t task, std::size_t of) const;
  [[nodiscard]] bool is_due(Memory&, const ErrandsOpen::Open&) const;
  void run_one(Memory&, const ErrandsOpen::Open&) const;

  runtime::Runtime& runtime_;
  chassis::Commands& payment_;
  Provider& provider_;
  std::function<void(std::string_view, const PaymentId&)> warn_;
  ErrandPace pace_;
};

}  // namespace madang::payment
