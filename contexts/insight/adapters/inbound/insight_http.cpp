#include "insight/adapters/inbound/insight_http.hpp"

#include "insight/application/notices.hpp"
#include "insight/application/rental_board.hpp"

namespace madang::insight {

using contracts::Caller, contracts::Result;

namespace {

constexpr std::size_t notices_max = 100;

// Ours and the contract's states have the same names in the same order.
template <class To>
constexpr To as(auto from) {
  return static_cast<To>(from);
}
static_assert(as<http_v1::NoticeKind>(NoticeKind::offered) == http_v1::NoticeKind::offered);
static_assert(as<http_v1::NoticeKind>(NoticeKind::waiting_ended) ==
              http_v1::NoticeKind::waiting_ended);
static_assert(as<http_v1::RentalState>(RentalState::on_loan) == http_v1::RentalState::on_loan);
static_assert(as<http_v1::RentalState>(RentalState::returned) == http_v1::RentalState::returned);
static_assert(as<http_v1::RentalState>(RentalState::expired) == http_v1::RentalState::expired);
static_assert(as<http_v1::RentalState>(RentalState::cancelled) == http_v1::RentalState::cancelled);

std::optional<RentalState> state_of(const std::optional<http_v1::RentalState>& asked) {
  return asked ? std::optional{as<RentalState>(*asked)} : std::nullopt;
}
template <class Request>
chassis::PageRequest page_of(const Request& asked) {
  return {static_cast<std::size_t>(asked.limit), asked.cursor};
}

http_v1::ShelfItem shelf_item(const TitledRental& it) {
  const auto& [rental, edition] = it;
  return {.rental_id = rental.rental,
          .edition_id = rental.edition,
          .title = edition.title,
          .contributors = edition.contributors,
          .state = as<http_v1::RentalState>(rental.state),
          .price = rental.price,
          .starts = rental.starts,
          .until = rental.until,
          .ended_at = rental.ended_at};
}
http_v1::Notice notice_item(const TitledNotice& it) {
  const auto& [notice, edition] = it;
  return {.edition_id = notice.edition,
          .title = edition.title,
          .kind = as<http_v1::NoticeKind>(notice.kind),
          .since = notice.since,
          .until = notice.until};
}
http_v1::BoardItem board_item(const TitledRental& it) {
  const auto& [rental, edition] = it;
  return {.rental_id = rental.rental,
          .edition_id = rental.edition,
          .title = edition.title,
          .customer_id = rental.customer,
          .payment_id = rental.payment,
          .state = as<http_v1::RentalState>(rental.state),
          .price = rental.price,
          .starts = rental.starts,
          .until = rental.until,
          .ended_at = rental.ended_at};
}

}  // namespace

Result<http_v1::ListShelfResponse> InsightHttp::list_shelf(const Caller& caller,
                                                           const http_v1::ListShelfRequest& asked) {
  const auto page =
      insight_.ask(ShelfOf{caller.person(), state_of(asked.state), page_of(asked)}, asked.after);
  http_v1::ListShelfResponse response{{{}, {}, page.next}};
  for (const auto& row : page.rows) response.body.items.push_back(shelf_item(row));
  if (asked.cursor) return response;
  for (const auto& it : insight_.ask(NoticesFor{caller.person(), notices_max}, asked.after))
    response.body.notices.push_back(notice_item(it));
  return response;
}

Result<http_v1::ListRentalBoardResponse> InsightHttp::list_rental_board(
    const Caller&, const http_v1::ListRentalBoardRequest& asked) {
  const auto page = insight_.ask(
      RentalBoard{state_of(asked.state), asked.edition_id, asked.customer_id, page_of(asked)},
      asked.after);
  http_v1::ListRentalBoardResponse response{{{}, page.next}};
  for (const auto& row : page.rows) response.body.items.push_back(board_item(row));
  return response;
}

}  // namespace madang::insight
