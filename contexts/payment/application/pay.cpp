#include "payment/application/pay.hpp"

#include "kernel/match.hpp"
#include <stdexcept>

namespace madang::payment {
namespace {

using chassis::RequestKey;
using Commands =
    chassis::Gives<BeginPayment, ConfirmPayment, RecordCaptured, RecordDeclined, RecordVoided>;
using Answer = Pay::Answer;

// One try to pay, from beginning to whatever is known at its deadline.
class Try {
 public:
  Try(const Pay& asked, const RequestKey& key, Commands commands, Provider& provider)
      : asked_{asked},
        key_{key},
        in_time_{key.until(asked.deadline)},
        commands_{commands},
        provider_{provider} {}

  Answer run() {
    const auto begun = begin("begin");
    if (begun.refused()) return as_it_stands(begun);
    return kernel::match(
        provider_.create_intent(asked_.payment, asked_.amount, asked_.card, asking()),
        [&](const IntentCreated& it) { return confirm(it.intent); },
        [&](const NotCharged& it) { return after(it); },
        [](const Unknown&) -> Answer { return Pay::NotConfirmed{}; });
  }

 private:
  [[nodiscard]] Asking asking() const { return {asked_.deadline, key_.cause().traceparent}; }

  BeginPayment::Decision begin(std::string_view step) {
    return commands_.execute(
        BeginPayment{asked_.payment, asked_.amount, asked_.pay_by, asked_.payer, asked_.purpose},
        in_time_, step);
  }

  Answer confirm(const IntentId& intent) {
    const auto leave =
        commands_.execute(ConfirmPayment{asked_.payment, intent}, in_time_, "confirm");
    if (leave.refused()) return ask_again();
    return after(provider_.confirm(intent, asking()));
  }

  Answer after(const Ending& ending) {
    return kernel::match(ending, [&](const auto& it) { return after(it); });
  }
  Answer after(const Charged& it) {
    const auto decision = commands_.execute(
        RecordCaptured{asked_.payment, it.intent, it.amount, it.at}, key_, "captured");
    if (decision.find<PaymentCaptured>()) return Pay::Paid{it.amount, it.at};
    return ask_again();
  }
  Answer after(const NotCharged& it) {
    const auto decision =
        commands_.execute(RecordDeclined{asked_.payment, it.reason}, key_, "declined");
    if (decision.find<PaymentDeclined>()) return Pay::Declined{it.reason};
    return ask_again();
  }
  Answer after(const Voided&) {
    static_cast<void>(commands_.execute(RecordVoided{asked_.payment}, key_, "voided"));
    return ask_again();
  }
  static Answer after(const Unknown&) { return Pay::NotKnownYet{}; }

  // Someone else was first: another try, a webhook, a cancellation, time.
  Answer ask_again() {
    const auto begun = begin("again");
    if (begun.refused_because<because::payment_pending>()) return Pay::NotKnownYet{};
    if (begun.refused()) return as_it_stands(begun);
    return Pay::NotConfirmed{};
  }

  Answer as_it_stands(const BeginPayment::Decision& begun) {
    return kernel::match(
        begun.refusal(),
        [&](const because::payment_pending& it) {
          return after(provider_.look_up(it.intent, asking()));
        },
        [](const because::already_captured& it) -> Answer {
          return Pay::Paid{it.amount, it.captured_at};
        },
        [](const because::payment_declined& it) -> Answer { return Pay::Declined{it.reason}; },
        [](const because::payment_cancelled& it) -> Answer { return Pay::Cancelled{it.how}; },
        [](const because::pay_by_passed&) -> Answer {
          return Pay::Declined{DeclineReason::too_late};
        },
        [](const because::terms_differ&) -> Answer { return Pay::NotTheSame{}; },
        [](const because::amount_not_positive&) -> Answer {
          throw std::invalid_argument{"a payment of nothing"};
        },
        [](const std::monostate&) -> Answer { return Pay::NotKnownYet{}; });
  }

  const Pay& asked_;
  const RequestKey& key_;     // what the provider has said is recorded whenever that is
  const RequestKey in_time_;  // no charge is begun for a caller who has gone
  Commands commands_;
  Provider& provider_;
};

}  // namespace

Pay::Answer pay(const Pay& asked, const RequestKey& key, Commands commands, Provider& provider) {
  return Try{asked, key, commands, provider}.run();
}

}  // namespace madang::payment
