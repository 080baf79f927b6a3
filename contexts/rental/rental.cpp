// The rental context on one page: whatever it takes, tells, hears and shows is named here.
#include "rental/rental.hpp"

#include "chassis/assembly/assembly.hpp"
#include "contracts/messages/catalog_v1.hpp"
#include "contracts/messages/rental_v1.hpp"
#include "rental/application/about_customer.hpp"
#include "rental/application/cancel_rental.hpp"
#include "rental/application/extend_loan.hpp"
#include "rental/application/fetch_file.hpp"
#include "rental/application/join_line.hpp"
#include "rental/application/keep_desk.hpp"
#include "rental/application/leave_line.hpp"
#include "rental/application/open_book.hpp"
#include "rental/application/places.hpp"
#include "rental/application/refund_cancelled_rental.hpp"
#include "rental/application/rent_book.hpp"
#include "rental/application/rentals.hpp"
#include "rental/application/return_book.hpp"
#include "rental/application/see_customer_off.hpp"
#include "rental/application/settle_extension.hpp"
#include "rental/application/settle_rental_payment.hpp"

namespace madang::rental {

using namespace chassis;
using catalog::v1::EditionFileSet, catalog::v1::EditionWithdrawn, catalog::v1::RentalTermsSet;

namespace {

// Nothing was paid for what is free.
constexpr auto say_extended = [](const RentalExtended& it) {
  const auto payment = it.price.in_minor_units() == 0 ? std::nullopt : std::optional{it.payment};
  return v1::RentalExtended{it.rental, it.edition, it.customer, payment, it.price, it.until};
};
constexpr auto say_returned = [](const BookReturned& it, const Happened& happened) {
  return v1::BookReturned{it.rental, it.edition, it.customer, happened.at};
};
constexpr auto say_cancelled = [](const RentalCancelled& it, const Happened& happened) {
  return v1::RentalCancelled{it.rental, it.edition, it.customer, it.payment, happened.at};
};
// As it was when holds were left to lapse.
void lift_without_holds(JsonDocument& closed) {
  closed.set("holds", "[]");
  closed.set("held", "[]");
}

}  // namespace

std::unique_ptr<Context> rental_context() {
  return context("rental")
      .aggregates<LicencePool, Borrowing, Rental>()
      .hears<RentalTermsSet, EditionFileSet, EditionWithdrawn>()
      .hears<PaymentCaptured, PaymentDeclined, PaymentCancelled, payment::v1::AccountSettled>()
      .hears<identity::v1::ErasureAsked>()
      .commands<SetTerms, ExpectFile, NoteFileReady, StopLending>()
      .commands<HoldLicence, ReleaseHold, JoinLine, LeaveLine>()
      .commands<WaitForDesk, NotePaymentNotBegun, TryPaymentAgain, StandStill, GoOn, OpenDesk>()
      .commands<StartRental, ConfirmRental, OpenBook, ReturnBook, CancelRental>()
      .commands<BeginExtension, ExtendRental, ConfirmExtension, GiveUpExtension>()
      .commands<CloseBorrowing, TakeBookBack>()
      .upcast<BorrowingClosed>(1, lift_without_holds)

      .use_case<rent_book>()
      .use_case<join_line>()
      .use_case<leave_line>()
      .use_case<open_book>()
      .use_case<extend_loan>()
      .use_case<return_book>()
      .use_case<cancel_rental>()
      .use_case<let_stand_still>()
      .use_case<let_go_on>()
      .use_case<open_desk>()

      .policy("lend_on_the_catalogs_terms", whenever<RentalTermsSet>, give<SetTerms>)
      .policy("expect_the_editions_file", whenever<EditionFileSet>, give<ExpectFile>)
      .policy("stop_lending_what_is_withdrawn", whenever<EditionWithdrawn>, give<StopLending>)
      .reaction<fetch_file>(whenever<FileExpected>)

      .process<SettleRentalPayment>(park<because::payment_already_used>)
      .process<SettleExtension>(park<because::payment_already_used>)
      .process<RefundCancelledRental>()
      .process<SeeCustomerOff>(ignore<because::not_in_line>)

      .projection<Rentals>()
      .query(rental_at)
      .projection<Places>()
      .query(place_of)
      .projection<HoldsNotBegun>()
      .projection<ClosedDesks>()
      .query(what_waits)
      .personal_data(about_customer)

      .publishes(
          as<v1::RentalStarted, RentalStarted>, say_extended, say_returned,
          as<v1::RentalExpired, RentalExpired>, say_cancelled,
          as<v1::LicenceOffered, LicenceOffered>, as<v1::OfferLapsed, OfferLapsed>,
          as<v1::OfferTakenBack, OfferTakenBack>, as<v1::WaitingEnded, WaitingEnded>,
          as<v1::LineLeft, LineLeft>, as<v1::AvailabilityChanged, AvailabilityChanged>,
          keeps_private<TermsSet, FileExpected, FileFetched, LendingStopped, LicenceHeld,
                        PaymentNotBegun, PaymentTriedAgain, HoldStoodStill, HoldWentOn,
                        HoldReleased, HoldLapsed, LicenceLent, LicenceKept, LicenceFreed,
                        LineJoined, PutFirstInLine, DeskClosed, DeskOpened, HoldTaken, HoldKept,
                        HoldGivenUp, LoanBegun, LoanExtended, LoanEnded, LineEntered,
                        BorrowingClosed, NothingBorrowed, RentalConfirmed, BookOpened, LinkGiven,
                        ExtensionBegun, ExtensionGivenUp, ExtensionLapsed, ExtensionCancelled>)
      .done();
}

}  // namespace madang::rental
