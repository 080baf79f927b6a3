#include "rental/adapters/inbound/rental_http.hpp"

#include "chassis/http/manners.hpp"
#include "contracts/support/refusals.hpp"
#include "rental/application/cancel_rental.hpp"
#include "rental/application/extend_loan.hpp"
#include "rental/application/join_line.hpp"
#include "rental/application/leave_line.hpp"
#include "rental/application/open_book.hpp"
#include "rental/application/places.hpp"
#include "rental/application/rent_book.hpp"
#include "rental/application/return_book.hpp"

namespace madang::rental {

using contracts::answered, contracts::Caller, contracts::Later, contracts::problem_of,
    contracts::Result;

namespace {

constexpr std::string_view file_suffix = ".epub";

std::unexpected<http::Problem> unknown() {
  return std::unexpected{problem_of(because::rental_unknown{})};
}

// Ours and the contract's have the same names in the same order.
http_v1::RentalState state_of(RentalState state) {
  return static_cast<http_v1::RentalState>(state);
}
static_assert(static_cast<int>(RentalState::cancelled) ==
              static_cast<int>(http_v1::RentalState::cancelled));

}  // namespace

kernel::Instant RentalHttp::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(desk_.runtime.now());
}
kernel::Instant RentalHttp::answer_by(const Caller& caller, kernel::Instant asked_at) const {
  const auto latest = std::chrono::floor<std::chrono::milliseconds>(caller.deadline);
  return std::min<kernel::Instant>(asked_at + desk_.payment_patience, latest);
}
RentalAt::Result RentalHttp::find(const kernel::RentalId& rental,
                                  const chassis::Positions& after) const {
  return desk_.rental.ask(RentalAt{rental, now(), desk_.rules().cancel_within}, after);
}
std::optional<OwnRental> RentalHttp::own(const Caller& caller,
                                         const kernel::RentalId& rental) const {
  // Whose it is and of which edition never changes: only who is not found at once waits for the read model.
  auto found = find(rental, {});
  if (!found) found = find(rental, desk_.rental.head());
  if (!found || found->rental.customer != caller.person()) return std::nullopt;
  return OwnRental{rental, found->rental.edition, caller.person()};
}

Later<http_v1::RentBookResponse> RentalHttp::rent_book(const Caller& caller,
                                                       const http_v1::RentBookRequest& asked,
                                                       const chassis::RequestKey& key) {
  const auto asked_at = now();
  return answered(
      rental::rent_book({asked.body.edition_id,
                         caller.person(),
                         asked.body.price,
                         {asked.body.card_token},
                         asked_at,
                         answer_by(caller, asked_at)},
                        key, desk_.rental, desk_.outcomes, desk_.payments, desk_.rules()),
      [](const RentBook::Rented& it) {
        return http_v1::RentBookResponse{
            {it.rental, it.edition, it.payment, it.price, it.starts, it.until},
            "/v1/rentals/" + it.rental.text()};
      });
}

Result<http_v1::GetRentalResponse> RentalHttp::get_rental(const Caller& caller,
                                                          const http_v1::GetRentalRequest& asked) {
  // Who has just followed the Location of a new rental must not be told that there is none.
  const auto found = find(asked.rental_id, asked.after.empty() ? desk_.rental.head() : asked.after);
  if (!found) return unknown();
  const auto& row = found->rental;
  if (row.customer != caller.person() && !caller.who.has("book_manager")) return unknown();
  return http_v1::GetRentalResponse{
      {row.rental, row.edition, row.customer, row.payment, state_of(row.state), row.price,
       row.starts, row.until, row.opened_at.has_value(), row.extensions, found->cancellable_until}};
}

Later<http_v1::ExtendRentalResponse> RentalHttp::extend_rental(
    const Caller& caller, const http_v1::ExtendRentalRequest& asked,
    const chassis::RequestKey& key) {
  const auto mine = own(caller, asked.rental_id);
  if (!mine) return unknown();
  std::optional<CardToken> card;
  if (asked.body.card_token) card = CardToken{*asked.body.card_token};
  const auto asked_at = now();
  return answered(
      rental::extend_loan(
          {*mine, asked.body.price, std::move(card), asked_at, answer_by(caller, asked_at)}, key,
          desk_.rental, desk_.payments, desk_.rules()),
      [](const ExtendLoan::Extended& it) {
        return http_v1::ExtendRentalResponse{{it.rental, it.payment, it.price, it.until}};
      });
}

Later<http_v1::ReturnBookResponse> RentalHttp::return_book(const Caller& caller,
                                                           const http_v1::ReturnBookRequest& asked,
                                                           const chassis::RequestKey& key) {
  const auto mine = own(caller, asked.rental_id);
  if (!mine) return unknown();
  return answered(rental::return_book(*mine, key, desk_.rental), [this, mine](const auto&) {
    downloads_.end_all(mine->rental);
    return http_v1::ReturnBookResponse{};
  });
}

Later<http_v1::CancelRentalResponse> RentalHttp::cancel_rental(
    const Caller& caller, const http_v1::CancelRentalRequest& asked,
    const chassis::RequestKey& key) {
  const auto mine = own(caller, asked.rental_id);
  if (!mine) return unknown();
  return answered(rental::cancel_rental(*mine, key, desk_.rental, desk_.rules()),
                  [this, mine](const auto& decision) {
                    downloads_.end_all(mine->rental);
                    const auto& cancelled = decision.template get<RentalCancelled>();
                    return http_v1::CancelRentalResponse{{cancelled.rental, cancelled.payment}};
                  });
}

Later<http_v1::JoinLineResponse> RentalHttp::join_line(const Caller& caller,
                                                       const http_v1::JoinLineRequest& asked,
                                                       const chassis::RequestKey& key) {
  const auto& edition = asked.body.edition_id;
  return answered(rental::join_line({edition, caller.person()}, key, desk_.rental),
                  [edition](const auto&) {
                    return http_v1::JoinLineResponse{{edition}, "/v1/places/" + edition.text()};
                  });
}

Result<http_v1::GetPlaceResponse> RentalHttp::get_place(const Caller& caller,
                                                        const http_v1::GetPlaceRequest& asked) {
  const auto found = desk_.rental.ask(PlaceOf{asked.edition_id, caller.person()},
                                      asked.after.empty() ? desk_.rental.head() : asked.after);
  if (!found) return std::unexpected{problem_of(because::not_in_line{})};
  const auto& row = found->row;
  const auto state = row.state == PlaceState::offered ? http_v1::PlaceState::offered
                                                      : http_v1::PlaceState::waiting;
  return http_v1::GetPlaceResponse{
      {row.edition, state, row.since, found->place, row.offered_until}};
}

Later<http_v1::LeaveLineResponse> RentalHttp::leave_line(const Caller& caller,
                                                         const http_v1::LeaveLineRequest& asked,
                                                         const chassis::RequestKey& key) {
  return answered(rental::leave_line({asked.edition_id, caller.person()}, key, desk_.rental),
                  [](const auto&) { return http_v1::LeaveLineResponse{}; });
}

Later<http_v1::OpenBookResponse> RentalHttp::open_book(const Caller& caller,
                                                       const http_v1::OpenBookRequest& asked,
                                                       const chassis::RequestKey& key) {
  const auto mine = own(caller, asked.rental_id);
  if (!mine) return unknown();
  return answered(
      rental::open_book(*mine, key, desk_.rental, desk_.rules()), [this](const auto& decision) {
        const auto& link = decision.template get<LinkGiven>();
        const auto rental = link.rental.text();
        const auto until = std::chrono::floor<std::chrono::seconds>(link.until);
        return http_v1::OpenBookResponse{
            {links_.sign("/v1/files/" + rental + "/" + link.sha256 + std::string{file_suffix},
                         rental, until),
             until}};
      });
}

Result<http::Response> RentalHttp::read_file(const Caller&, const http_v1::ReadFileRequest& asked) {
  const auto opened = links_.open(asked.request, now());
  if (!opened || opened->subject != asked.rental_id.text())
    return std::unexpected{problem_of(because::link_invalid{})};

  // Before the loan is asked: a return in between is then seen by one of the two.
  const auto ended = downloads_.begin(asked.rental_id);
  const auto found = find(asked.rental_id, desk_.rental.head());
  if (!found || found->rental.state != RentalState::on_loan)
    return std::unexpected{problem_of(because::loan_ended{})};

  const auto sha256 = asked.name.substr(0, asked.name.size() - file_suffix.size());
  const auto digest = security::parse_digest(sha256);
  const auto file = digest ? desk_.files.open(*digest) : nullptr;
  if (!file) throw chassis::Corrupt{"a file on loan is not here: " + asked.name};

  http::Headers wanted;
  if (asked.range) wanted.set("Range", *asked.range);
  if (asked.if_range) wanted.set("If-Range", *asked.if_range);
  auto answer = http::file_answer(
      http::request_of(http::Method::get, "/", std::move(wanted)),
      {desk_.files.path_of(*digest), file->size(), "application/epub+zip", '"' + sha256 + '"'},
      desk_.problems, [ended, until = found->rental.until, &runtime = desk_.runtime] {
        return !ended->load() && runtime.now() < until;
      });
  answer.headers.set("Content-Disposition",
                     "attachment; filename=\"" + sha256 + std::string{file_suffix} + '"');
  return answer;
}

}  // namespace madang::rental
