#pragma once
// Every rental as it stands, for its customer, for book managers, and for whoever serves its file.
#include <optional>

#include "chassis/ports/parts.hpp"
#include "chassis/ports/rows.hpp"
#include "rental/application/lending_rules.hpp"
#include "rental/domain/rental.hpp"

namespace madang::rental {

namespace because {
struct link_invalid {};
struct loan_ended {};
}  // namespace because

enum class RentalState { on_loan, returned, expired, cancelled };

struct Rentals {
  using Key = RentalId;
  struct Row {
    RentalId rental;
    EditionId edition;
    PersonId customer;
    PaymentId payment;
    Money price;
    Instant starts;
    Instant until;
    RentalState state = RentalState::on_loan;
    std::optional<Instant> opened_at = {}, ended_at = {};
    std::int32_t extensions = 0;
  };
  using Indexed = chassis::Columns<&Row::customer>;
  using Reads = OneOf<Rental>;
  using Ignores = OneOf<RentalConfirmed, LinkGiven, ExtensionBegun, ExtensionGivenUp,
                        ExtensionLapsed, ExtensionCancelled>;

  static Row start(const RentalStarted& it) {
    return {it.rental, it.edition, it.customer, it.payment, it.price, it.starts, it.until};
  }
  static Row evolve(Row row, const BookOpened&, const chassis::Happened& happened) {
    row.opened_at = happened.at;
    return row;
  }
  static Row evolve(Row row, const RentalExtended& it) {
    row.until = it.until;
    ++row.extensions;
    return row;
  }
  static Row evolve(Row row, const BookReturned&, const chassis::Happened& happened) {
    return ended(row, RentalState::returned, happened.at);
  }
  // However late its timer noticed, a loan is over at its end.
  static Row evolve(Row row, const RentalExpired&) {
    const auto until = row.until;
    return ended(row, RentalState::expired, until);
  }
  static Row evolve(Row row, const RentalCancelled&, const chassis::Happened& happened) {
    return ended(row, RentalState::cancelled, happened.at);
  }

 private:
  static Row ended(Row row, RentalState how, Instant at) {
    row.state = how;
    row.ended_at = at;
    return row;
  }
};

// Nothing: there is none. A loan whose end has come is expired, noticed or not.
struct RentalAt {
  struct View {
    Rentals::Row rental;
    std::optional<Instant> cancellable_until;  // nothing: it cannot be cancelled any more
  };
  using Result = std::optional<View>;
  RentalId rental;
  Instant now;
  std::chrono::days cancel_within;
};
RentalAt::Result rental_at(const RentalAt&, const chassis::Rows<Rentals>&);

}  // namespace madang::rental
