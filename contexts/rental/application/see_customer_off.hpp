#pragma once
// Ends rental's business with a customer who is to be erased: their books are taken back, their places in
// line given up, their holds lapse; then payment is asked to say when nothing is owed any more.
//
//   Ending --nothing borrowed--> Waiting --time is up--> Settling --account settled--> Gone
#include "chassis/ports/parts.hpp"
#include "contracts/messages/identity_v1.hpp"
#include "contracts/messages/payment_v1.hpp"
#include "contracts/messages/rental_v1.hpp"
#include "rental/application/ask_again.hpp"
#include "rental/domain/desk_closed.hpp"
#include "rental/domain/rental.hpp"

namespace madang::rental {

struct SeeCustomerOff {
  using ErasureAsked = identity::v1::ErasureAsked;
  using AccountSettled = payment::v1::AccountSettled;

  struct Ending {
    using Ignores = OneOf<ErasureAsked, AccountSettled>;
    PersonId customer;
    std::int32_t times_asked;
    Instant ask_again;
    [[nodiscard]] Instant deadline() const { return ask_again; }
  };
  // The last hold may have lapsed just now: whatever is to be cancelled of its payment is told to payment
  // before payment is asked whether all is settled. Timers go off in the order in which they are due.
  struct Waiting {
    using Ignores = OneOf<ErasureAsked, BorrowingClosed, NothingBorrowed, AccountSettled>;
    PersonId customer;
    Instant until;
    [[nodiscard]] Instant deadline() const { return until; }
  };
  struct Settling {
    using Ignores = OneOf<ErasureAsked, BorrowingClosed, NothingBorrowed>;
    PersonId customer;
    std::int32_t times_asked;
    Instant ask_again;
    [[nodiscard]] Instant deadline() const { return ask_again; }
  };
  struct Gone {};

  using Key = PersonId;
  using Step = chassis::Step<std::variant<Ending, Waiting, Settling, Gone>,
                             chassis::Asks<CloseBorrowing, TakeBookBack, LeaveLine, GoOn>,
                             chassis::Tells<payment::v1::SettleAccount, v1::CustomerLeft>>;
  using Done = Gone;
  using Inputs = OneOf<ErasureAsked, BorrowingClosed, NothingBorrowed, AccountSettled>;
  using IgnoredWhenMissing = OneOf<BorrowingClosed, NothingBorrowed, AccountSettled>;

  static Step start(const ErasureAsked& asked, Instant now) { return ending(asked.person, 0, now); }
  static Step on(const Ending& it, const BorrowingClosed& closed) {
    Step step{it};
    for (std::size_t i = 0; i < closed.loans.size(); ++i)
      step = std::move(step).ask(TakeBookBack{closed.loans[i], closed.editions[i], it.customer});
    for (const auto& edition : closed.lines)
      step = std::move(step).ask(LeaveLine{edition, it.customer});
    // What stands still waits for somebody who will not come: it lapses in the time that it has left.
    for (std::size_t i = 0; i < closed.holds.size(); ++i)
      step = std::move(step).ask(GoOn{closed.held[i], it.customer, closed.holds[i]});
    // Without a hold, nothing is left to wait for.
    return std::move(step).ask(CloseBorrowing{it.customer});
  }
  static Step on(const Ending& it, const NothingBorrowed&, Instant now) {
    return Waiting{it.customer, now + std::chrono::seconds{5}};
  }
  static Step on(const Ending& it, const chassis::TimeIsUp&, Instant now) {
    return ending(it.customer, it.times_asked, now);
  }
  static Step on(const Waiting& it, const chassis::TimeIsUp&, Instant now) {
    return settling(it.customer, 0, now);
  }
  static Step on(const Settling& it, const AccountSettled&) {
    return Step{Gone{}}.tell(v1::CustomerLeft{it.customer});
  }
  static Step on(const Settling& it, const chassis::TimeIsUp&, Instant now) {
    return settling(it.customer, it.times_asked, now);
  }

 private:
  static Step ending(const PersonId& customer, std::int32_t times_asked, Instant now) {
    return Step{Ending{customer, times_asked + 1, ask_again_at(now, times_asked, customer)}}.ask(
        CloseBorrowing{customer});
  }
  static Step settling(const PersonId& customer, std::int32_t times_asked, Instant now) {
    return Step{Settling{customer, times_asked + 1, ask_again_at(now, times_asked, customer)}}.tell(
        payment::v1::SettleAccount{customer});
  }
};

}  // namespace madang::rental
