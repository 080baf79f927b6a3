#pragma once
// What who waited for a book is to know: a copy is offered to them until then, or an offer or their place in
// line is no more, and why. Of each edition a customer sees the latest; it is gone once they have the book
// or have left the line themselves.
#include <optional>
#include <string>
#include <vector>

#include "insight/application/rental_board.hpp"

namespace madang::insight {

enum class NoticeKind { offered, offer_lapsed, offer_taken_back, waiting_ended };

struct Notices {
  using Key = std::string;
  struct Row {
    EditionId edition;
    PersonId customer;
    NoticeKind kind;
    Instant since;
    std::optional<Instant> until;  // of an offer that stands
  };
  using Indexed = chassis::Columns<&Row::customer>;
  using OrderedBy = chassis::Columns<&Row::since>;
  using Hears =
      OneOf<rental::v1::LicenceOffered, rental::v1::OfferLapsed, rental::v1::OfferTakenBack,
            rental::v1::WaitingEnded, rental::v1::LineLeft, rental::v1::RentalStarted>;
  using Ends = OneOf<rental::v1::LineLeft, rental::v1::RentalStarted>;

  static Key key(const auto& message, const chassis::Happened&) {
    return message.edition.text() + "/" + message.customer.text();
  }
  static Row start(const rental::v1::LicenceOffered& it, const chassis::Happened& heard) {
    return {it.edition, it.customer, NoticeKind::offered, heard.at, it.until};
  }
  static Row start(const rental::v1::OfferLapsed& it, const chassis::Happened& heard) {
    return {it.edition, it.customer, NoticeKind::offer_lapsed, heard.at, {}};
  }
  static Row start(const rental::v1::OfferTakenBack& it, const chassis::Happened& heard) {
    return {it.edition, it.customer, NoticeKind::offer_taken_back, heard.at, {}};
  }
  static Row start(const rental::v1::WaitingEnded& it, const chassis::Happened& heard) {
    return {it.edition, it.customer, NoticeKind::waiting_ended, heard.at, {}};
  }
};

struct TitledNotice {
  Notices::Row notice;
  Titles::Row edition;
};

// The latest first, at most `limit`.
struct NoticesFor {
  using Result = std::vector<TitledNotice>;
  PersonId customer;
  std::size_t limit;
};
NoticesFor::Result notices_for(const NoticesFor&, const chassis::Rows<Notices>&,
                               const chassis::Rows<Titles>&);

}  // namespace madang::insight
