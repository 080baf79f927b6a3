#pragma once
// How each payment stands, for people and for whoever has to go on with it.
#include "chassis/ports/parts.hpp"
#include "chassis/ports/rows.hpp"
#include "payment/domain/payment.hpp"
#include <optional>
#include <vector>

namespace madang::payment {

struct Payments {
  using Key = PaymentId;
  // The aggregate itself, and what it forgets.
  struct Row {
    std::optional<PaymentId> payment;
    Payment stands;
    std::optional<PaymentBegun> terms;  // none: void from birth
    std::optional<Instant> begun_at;
    Instant changed_at;
    bool has_errand;
    std::optional<PersonId> payer;  // of the terms
  };
  using Indexed = chassis::Columns<&Row::payer, &Row::has_errand, &Row::changed_at>;
  using Reads = chassis::OneOf<Payment>;

  template <class Event>
  static Row evolve(Row row, const Event& event, const chassis::Happened& happened) {
    row.payment = event.payment;
    row.stands = Payment::evolve(std::move(row.stands), event);
    row.changed_at = happened.at;
    row.has_errand = errand(row.stands).has_value();
    if constexpr (std::same_as<Event, PaymentBegun>) {
      row.terms = event;
      row.payer = event.payer;
      row.begun_at = happened.at;
    }
    return row;
  }
};

// Of one payment; nothing for one that was never heard of.
struct PaymentNow {
  enum class State { pending, captured, declined, cancelled, refunding, refunded };
  struct View {
    PaymentId payment;
    State state;
    std::optional<PaymentBegun> terms;
    std::optional<Money> amount;
    std::optional<Instant> begun_at, ended_at;
    // Of the state that it is in.
    std::optional<PaymentCaptured> charge;
    std::optional<DeclineReason> decline_reason;
    std::optional<CancelledHow> cancelled_how;
  };
  using Result = std::optional<View>;
  PaymentId payment;
};
PaymentNow::Result payment_now(const PaymentNow&, const chassis::Rows<Payments>&);

// What has to be asked of the provider, longest waiting first.
struct ErrandsOpen {
  struct Open {
    PaymentId payment;
    Errand errand;
    Instant since;
  };
  using Result = std::vector<Open>;  // at most 1,000
};
ErrandsOpen::Result errands_open(const ErrandsOpen&, const chassis::Rows<Payments>&);

}  // namespace madang::payment
