// What who waits for a book is told.
#include "insight/tests/neighbours.hpp"

namespace madang::insight {
namespace {

struct WhoWaits : Neighbours {
  std::vector<TitledNotice> notices_of(const PersonId& customer) {
    return ask(NoticesFor{customer, 10});
  }
  // The kind of the one notice.
  std::optional<NoticeKind> notice_of(const PersonId& customer) {
    const auto all = notices_of(customer);
    EXPECT_LE(all.size(), 1U);
    return all.empty() ? std::nullopt : std::optional{all[0].notice.kind};
  }
};

TEST_F(WhoWaits, SeesTheOfferAndUntilWhenItStands) {
  register_edition(rain, "Rain on the Yard", "Han Seo");
  offer(rain, kim, july(3));
  const auto seen = notices_of(kim);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].notice.kind, NoticeKind::offered);
  EXPECT_EQ(seen[0].notice.until, july(3));
  EXPECT_EQ(seen[0].edition.title, "Rain on the Yard");
  EXPECT_TRUE(notices_of(lee).empty());
}
TEST_F(WhoWaits, SeesWhyAnOfferStandsNoMore) {
  offer(rain, kim, july(3));
  tell_who_waits<OfferLapsed>(rain, kim);
  EXPECT_EQ(notice_of(kim), NoticeKind::offer_lapsed);
  EXPECT_FALSE(notices_of(kim)[0].notice.until);
  offer(rain, kim, july(5));
  EXPECT_EQ(notice_of(kim), NoticeKind::offered);
  tell_who_waits<OfferTakenBack>(rain, kim);
  EXPECT_EQ(notice_of(kim), NoticeKind::offer_taken_back);
}
TEST_F(WhoWaits, SeesThatTheLineHasEnded) {
  tell_who_waits<WaitingEnded>(rain, kim);
  EXPECT_EQ(notice_of(kim), NoticeKind::waiting_ended);
}
TEST_F(WhoWaits, SeesNoNoticeOfWhatTheyHaveOrHaveLeft) {
  offer(rain, kim, july(3));
  offer(snow, lee, july(3));
  start(first, rain, kim, july(2));
  tell_who_waits<LineLeft>(snow, lee);
  EXPECT_EQ(notice_of(kim), std::nullopt);
  EXPECT_EQ(notice_of(lee), std::nullopt);
}

}  // namespace
}  // namespace madang::insight
