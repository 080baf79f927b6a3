#pragma once
// Catalog and payment as rental meets them on the bus: each tells and takes what its contract says, and
// has no other rules than a test needs.
#include "chassis/assembly/assembly.hpp"
#include "contracts/messages/catalog_v1.hpp"
#include "contracts/messages/payment_v1.hpp"

namespace madang::rental::till {

using namespace chassis;
using namespace payment::v1;
using kernel::Instant, kernel::Money, kernel::PaymentId, kernel::Then, kernel::then;

struct Charged {
  PaymentId payment;
  Money amount;
  Instant captured_at;
};
struct Refused {
  PaymentId payment;
};
struct Undone {
  PaymentId payment;
  std::optional<Money> amount;
};
struct LateChargeReturned {
  PaymentId payment;
};
struct Payment {
  using Id = PaymentId;
  using Events = OneOf<Charged, Refused, Undone, LateChargeReturned>;
  std::optional<Money> charged;
  bool refused = false, undone = false;
  static Payment evolve(Payment it, const Charged& event) {
    it.charged = event.amount;
    return it;
  }
  static Payment evolve(Payment it, const Refused&) {
    it.refused = true;
    return it;
  }
  static Payment evolve(Payment it, const Undone&) {
    it.undone = true;
    return it;
  }
  static Payment evolve(Payment it, const LateChargeReturned&) { return it; }
};
struct Charge {
  PaymentId payment;
  Money amount;
  using Decision = Then<Charged, LateChargeReturned>::Always;
  static Decision decide(const Charge& asked, const Payment& it, Instant now) {
    if (it.undone) return then(LateChargeReturned{asked.payment});
    if (it.charged || it.refused) return then();
    return then(Charged{asked.payment, asked.amount, now});
  }
};
struct Refuse {
  PaymentId payment;
  using Decision = Then<Refused>::Always;
  static Decision decide(const Refuse& asked, const Payment& it) {
    if (it.charged || it.refused || it.undone) return then();
    return then(Refused{asked.payment});
  }
};
struct Undo {
  PaymentId payment;
  using Decision = Then<Undone>::Always;
  static Decision decide(const Undo& asked, const Payment& it) {
    if (it.refused || it.undone) return then();
    return then(Undone{asked.payment, it.charged});
  }
};

inline std::unique_ptr<Context> payment_context() {
  return context("payment")
      .aggregates<Payment>()
      .takes<CancelPayment>(From{{"rental"}})
      .commands<Charge, Refuse, Undo>()
      .policy("undo", whenever<CancelPayment>, give<Undo>)
      .publishes(
          as<PaymentCaptured, Charged>,
          [](const Refused& it) {
            return PaymentDeclined{it.payment, DeclineReason::card_declined};
          },
          [](const Undone& it) {
            const auto how = it.amount ? CancelledHow::refunded : CancelledHow::never_charged;
            return PaymentCancelled{it.payment, how, it.amount};
          },
          keeps_private<LateChargeReturned>)
      .done();
}

}  // namespace madang::rental::till

namespace madang::rental::registry {

using namespace chassis;
using kernel::EditionId, kernel::Money, kernel::Then, kernel::then;

struct TermsGiven {
  EditionId edition;
  Money price;
  std::int32_t days;
  std::int32_t licences;
  std::int32_t extensions;
  std::optional<Money> extension_price;
};
struct FileGiven {
  EditionId edition;
  std::string sha256;
  std::int64_t size;
};
struct Withdrawn {
  EditionId edition;
};
struct Edition {
  using Id = EditionId;
  using Events = OneOf<TermsGiven, FileGiven, Withdrawn>;
  int revision = 0;
  static Edition evolve(Edition it, const TermsGiven&) { return {it.revision + 1}; }
  static Edition evolve(Edition it, const FileGiven&) { return {it.revision + 1}; }
  static Edition evolve(Edition it, const Withdrawn&) { return {it.revision + 1}; }
};
template <class Event>
struct Say {
  EditionId edition;
  Event event;
  using Decision = typename Then<Event>::Always;
  static Decision decide(const Say& asked, const Edition&) { return then(asked.event); }
};

inline std::unique_ptr<Context> catalog_context() {
  return context("catalog")
      .aggregates<Edition>()
      .commands<Say<TermsGiven>, Say<FileGiven>, Say<Withdrawn>>()
      .publishes(as<catalog::v1::RentalTermsSet, TermsGiven>,
                 as<catalog::v1::EditionFileSet, FileGiven>,
                 as<catalog::v1::EditionWithdrawn, Withdrawn>)
      .done();
}

}  // namespace madang::rental::registry
