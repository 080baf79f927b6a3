#pragma once
// Every rental that ever was, as its customer sees it on their shelf and a book manager on the board of
// the whole shop. What has ended stays. It follows rental by a moment: for whether a book opens, ask
// rental.
#include <optional>
#include <string>
#include <vector>

#include "chassis/ports/parts.hpp"
#include "chassis/ports/rows.hpp"
#include "contracts/messages/catalog_v1.hpp"
#include "contracts/messages/rental_v1.hpp"
#include "kernel/ids.hpp"

namespace madang::insight {

using kernel::EditionId, kernel::Instant, kernel::Money, kernel::OneOf, kernel::PaymentId,
    kernel::PersonId, kernel::RentalId;

enum class RentalState { on_loan, returned, expired, cancelled };

struct Rentals {
  using Key = RentalId;
  struct Row {
    RentalId rental;
    EditionId edition;
    PersonId customer;
    PaymentId payment;
    Money price;  // of the loan, without its extensions
    Instant starts;
    Instant until;
    RentalState state;
    std::optional<Instant> ended_at;
  };
  using Indexed = chassis::Columns<&Row::customer, &Row::edition, &Row::state>;
  using OrderedBy = chassis::Columns<&Row::starts>;
  using Hears =
      OneOf<rental::v1::RentalStarted, rental::v1::RentalExtended, rental::v1::BookReturned,
            rental::v1::RentalExpired, rental::v1::RentalCancelled>;

  static Row start(const rental::v1::RentalStarted& it) {
    return {it.rental, it.edition, it.customer,          it.payment, it.price,
            it.starts, it.until,   RentalState::on_loan, {}};
  }
  static Row evolve(Row row, const rental::v1::RentalExtended& it) {
    row.until = it.until;
    return row;
  }
  // However late its timer noticed, a loan is over at its end.
  static Row evolve(Row row, const rental::v1::RentalExpired&) {
    const auto until = row.until;
    return ended(row, RentalState::expired, until);
  }
  static Row evolve(Row row, const rental::v1::BookReturned& it, const chassis::Happened& heard) {
    return ended(row, RentalState::returned, it.at.value_or(heard.at));
  }
  static Row evolve(Row row, const rental::v1::RentalCancelled& it,
                    const chassis::Happened& heard) {
    return ended(row, RentalState::cancelled, it.at.value_or(heard.at));
  }

 private:
  static Row ended(Row row, RentalState how, Instant at) {
    row.state = how;
    row.ended_at = at;
    return row;
  }
};

struct Titles {
  using Key = EditionId;
  struct Row {
    std::string title;
    std::vector<std::string> contributors;
  };
  using Hears = OneOf<catalog::v1::EditionRegistered, catalog::v1::EditionDescribed>;

  static Row start(const catalog::v1::EditionRegistered& it) { return {it.title, it.contributors}; }
  static Row evolve(Row, const catalog::v1::EditionDescribed& it) {
    return {it.title, it.contributors};
  }
};

// The title is empty while the catalog has not been heard about the edition.
struct TitledRental {
  Rentals::Row rental;
  Titles::Row edition;
};

// What one customer has or had on loan, the latest first.
struct ShelfOf {
  using Result = chassis::Page<TitledRental>;
  PersonId customer;
  std::optional<RentalState> state;
  chassis::PageRequest page;
};
ShelfOf::Result shelf_of(const ShelfOf&, const chassis::Rows<Rentals>&,
                         const chassis::Rows<Titles>&);

// The rentals of the whole shop that pass every filter, the latest first.
struct RentalBoard {
  using Result = chassis::Page<TitledRental>;
  std::optional<RentalState> state;
  std::optional<EditionId> edition;
  std::optional<PersonId> customer;
  chassis::PageRequest page;
};
RentalBoard::Result rental_board(const RentalBoard&, const chassis::Rows<Rentals>&,
                                 const chassis::Rows<Titles>&);

}  // namespace madang::insight
