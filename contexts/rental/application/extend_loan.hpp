#pragma once
// A customer keeps a book for longer: what that costs is set down, they pay, the loan is extended; what is
// free is extended at once. Asked again under the same key it goes on from where it stands, as rent_book
// does, and settle_extension goes on without the customer.
#include <optional>

#include "chassis/ports/commands.hpp"
#include "rental/application/lending_rules.hpp"
#include "rental/application/own_rental.hpp"
#include "rental/application/ports/outbound/payment_desk.hpp"
#include "rental/application/rent_book.hpp"
#include "rental/domain/rental.hpp"

namespace madang::rental {

namespace because {
struct card_missing {
  Money price;
};
}  // namespace because

struct ExtendLoan {
  struct Extended {
    RentalId rental;
    std::optional<PaymentId> payment;  // nothing: it was free
    Money price;
    Instant until;
  };
  using Refusals = kernel::Merged<
      kernel::RefusalsOf<BeginExtension>,
      OneOf<because::card_missing, because::extension_lapsed, because::payment_declined,
            because::payment_cancelled, because::payment_unsettled, because::desk_closed>>;
  using Answer = kernel::Answer<Extended, Refusals>;

  OwnRental loan;
  Money price_shown;
  std::optional<CardToken> card;  // needed unless it is free
  Instant asked_at;
  Instant answer_by;
};

ExtendLoan::Answer extend_loan(
    const ExtendLoan&, const chassis::RequestKey&,
    chassis::Gives<BeginExtension, ExtendRental, ConfirmExtension, GiveUpExtension>, PaymentDesk&,
    const LendingRules&);

}  // namespace madang::rental
