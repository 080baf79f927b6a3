#include "insight/tests/neighbours.hpp"

#include "chassis/assembly/assembly.hpp"

namespace madang::insight {

using namespace chassis;

std::unique_ptr<Context> stand_in_for_rental() {
  return context("rental")
      .aggregates<Loan, Line>()
      .commands<TellOfLoan<RentalStarted>, TellOfLoan<RentalExtended>, TellOfLoan<BookReturned>,
                TellOfLoan<RentalExpired>, TellOfLoan<RentalCancelled>>()
      .commands<TellOfLine<LicenceOffered>, TellOfLine<OfferLapsed>, TellOfLine<OfferTakenBack>,
                TellOfLine<WaitingEnded>, TellOfLine<LineLeft>>()
      .publishes(as<RentalStarted, RentalStarted>, as<RentalExtended, RentalExtended>,
                 as<BookReturned, BookReturned>, as<RentalExpired, RentalExpired>,
                 as<RentalCancelled, RentalCancelled>, as<LicenceOffered, LicenceOffered>,
                 as<OfferLapsed, OfferLapsed>, as<OfferTakenBack, OfferTakenBack>,
                 as<WaitingEnded, WaitingEnded>, as<LineLeft, LineLeft>)
      .done();
}

std::unique_ptr<Context> stand_in_for_catalog() {
  return context("catalog")
      .aggregates<Edition>()
      .commands<TellOfEdition<EditionRegistered>, TellOfEdition<EditionDescribed>>()
      .publishes(as<EditionRegistered, EditionRegistered>, as<EditionDescribed, EditionDescribed>)
      .done();
}

}  // namespace madang::insight
