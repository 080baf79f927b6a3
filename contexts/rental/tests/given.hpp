#pragma once
// One edition of one licence, two customers and their moments, for the examples in these tests.
#include "chassis/testing/scenario.hpp"
#include "rental/domain/rental.hpp"

namespace madang::rental::examples {

using namespace std::chrono_literals;
using testing::given, testing::july, testing::named;

inline const auto book = named<EditionId>("book"), another_book = named<EditionId>("another book");
inline const auto kim = named<PersonId>("kim"), lee = named<PersonId>("lee"),
                  moon = named<PersonId>("moon");
inline const auto hold = named<HoldId>("hold"), lees_hold = named<HoldId>("lee's hold");
inline const auto payment = named<PaymentId>("payment"),
                  lees_payment = named<PaymentId>("lee's payment");
inline const auto rental = named<RentalId>("rental"), lees_rental = named<RentalId>("lee's rental");
inline const auto price = Money::won(3000), higher = Money::won(3500);
inline const std::string seoul = "Asia/Seoul";
inline const std::string sha256(64, 'a'), another_sha256(64, 'b');

inline const auto noon = july(1) + 12h;
inline const auto hold_ends = noon + 10min;
inline const auto loan_ends = july(8) + 15h;  // midnight in Seoul

inline TermsSet terms_of(int licences, Money at = price) {
  return {book, at, 7, licences, 1, std::nullopt};
}
inline const auto one_licence = terms_of(1), two_licences = terms_of(2);
inline const FileExpected expected{book, sha256, 250'000};
inline const FileFetched file{book, sha256, 250'000};
inline const LicenceHeld held{book, hold,  kim,  payment,          rental,   price,
                              7,    seoul, noon, hold_ends - 2min, hold_ends};
inline const HoldTaken taken{kim, hold, book, payment, hold_ends};
inline const LicenceLent lent{book, hold, rental, loan_ends};
inline const LoanBegun begun{kim, hold, rental, book, loan_ends};
inline const RentalStarted started{rental, book, kim, payment, price, noon, loan_ends};
inline const LinkGiven link{rental, sha256, july(3) + 15min};
inline const BookOpened opened{rental, book, kim};
inline const LicenceFreed freed{book, rental, loan_ends};
inline const LoanEnded loan_over{kim, rental};
inline const LineJoined lee_waits{book, lee}, moon_waits{book, moon};

inline AvailabilityChanged available(int free, int of, std::optional<Instant> next = {}) {
  return {book, of, free, next};
}

inline const RentalConfirmed confirmed{rental, noon};
inline const StartRental start{rental, book, kim, hold, payment, loan_ends, noon};
inline const OpenBook open{rental, book, kim, 15min};
inline const ReturnBook give_back{rental, book, kim};
inline const CancelRental cancel{rental, book, kim, std::chrono::days{7}};
inline HoldLicence asked_by(const PersonId& customer, Money shown = price) {
  return {book, customer, hold, payment, rental, shown, seoul, 10, {}};
}

}  // namespace madang::rental::examples
