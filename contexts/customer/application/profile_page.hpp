#pragma once
// The customer's own page: their profile, and what they have on loan now as rental has told it.
#include <optional>
#include <vector>

#include "chassis/ports/parts.hpp"
#include "chassis/ports/rows.hpp"
#include "contracts/messages/rental_v1.hpp"
#include "customer/domain/profile.hpp"

namespace madang::customer {

using kernel::EditionId, kernel::Instant, kernel::RentalId;

struct ProfileCard {
  using Key = PersonId;
  using Reads = OneOf<Profile>;
  using Ignores = OneOf<ProfileClosed, KeyDue, KeyDestroyed>;
  struct Row {
    PersonId customer;
    Personal<std::string> name, email;
    Language language;
    std::int64_t version;
  };

  static Row start(const ProfileOpened& it) {
    return {it.customer, it.name, it.email, it.language, 1};
  }
  static Row evolve(Row row, const ProfileChanged& it) {
    row.name = it.name;
    row.language = it.language;
    row.version = it.version;
    return row;
  }
};

struct OnLoan {
  using Key = RentalId;
  using Hears =
      OneOf<rental::v1::RentalStarted, rental::v1::RentalExtended, rental::v1::BookReturned,
            rental::v1::RentalExpired, rental::v1::RentalCancelled>;
  using Ends =
      OneOf<rental::v1::BookReturned, rental::v1::RentalExpired, rental::v1::RentalCancelled>;
  struct Row {
    RentalId rental;
    EditionId edition;
    PersonId customer;
    Instant until;
  };
  using Indexed = chassis::Columns<&Row::customer, &Row::until>;

  static Row start(const rental::v1::RentalStarted& it) {
    return {it.rental, it.edition, it.customer, it.until};
  }
  static Row evolve(Row row, const rental::v1::RentalExtended& it) {
    row.until = it.until;
    return row;
  }
};

struct ProfilePage {
  ProfileCard::Row card;
  std::vector<OnLoan::Row> on_loan;  // what ends first comes first
};
struct ProfilePageOf {
  using Result = std::optional<ProfilePage>;
  PersonId customer;
};
std::optional<ProfilePage> profile_page_of(const ProfilePageOf&, const chassis::Rows<ProfileCard>&,
                                           const chassis::Rows<OnLoan>&);

}  // namespace madang::customer
