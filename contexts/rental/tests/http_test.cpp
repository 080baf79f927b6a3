// Rental over HTTP, and the two doors to its neighbours.
#include "contracts/examples/pay_examples.hpp"
#include "rental/adapters/outbound/copied_files.hpp"
#include "rental/adapters/outbound/direct_payment_desk.hpp"
#include "rental/tests/over_http.hpp"

namespace madang::rental {
namespace {

TEST_F(RentalOverHttp, RentsAndShowsWhatWasRentedToItsCustomerAndToBookManagers) {
  const auto at = rent_over_http();
  const auto seen = get(kim, at);
  EXPECT_EQ(seen.status, 200);
  EXPECT_EQ(text_in(seen, "state"), "on_loan");
  EXPECT_NE(seen.text().find("cancellable_until"), std::string::npos);
  EXPECT_EQ(get(lee, at).status, 404);
  EXPECT_EQ(get(lee, at, {{"Madang-Roles", "anyone,book_manager"}}).status, 200);
  EXPECT_EQ(get(lee, at, {{"Madang-Roles", "anyone"}}).status, 403);
}
TEST_F(RentalOverHttp, AnswersTheSameRequestTheSameThoughTheCardTokenIsAnother) {
  const http::Headers again{{"Idempotency-Key", "k"}};
  const auto first = send(kim, http::Method::post, "/v1/rentals", again, wanted());
  const auto second = send(kim, http::Method::post, "/v1/rentals", again, wanted());
  EXPECT_EQ(first.text(), second.text());
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(send(kim, http::Method::post, "/v1/rentals", again, wanted(3500)).status, 422);
}
TEST_F(RentalOverHttp, SaysInWordsWhyNot) {
  const auto changed =
      send(kim, http::Method::post, "/v1/rentals", {{"Accept-Language", "en"}}, wanted(2500));
  EXPECT_EQ(changed.status, 409);
  EXPECT_EQ(slug(changed), "price-changed");
  EXPECT_NE(changed.text().find("3,000 KRW"), std::string::npos) << changed.text();
}
TEST_F(RentalOverHttp, SaysWhenToComeBackWhileTheDeskIsClosedOrThePaymentUnknown) {
  desk.answer = [](const PaymentDesk::Asked&) { return NotBegun{7}; };
  const auto closed =
      send(kim, http::Method::post, "/v1/rentals", {{"Idempotency-Key", "k"}}, wanted());
  EXPECT_EQ(closed.status, 503);
  EXPECT_EQ(closed.headers.get("Retry-After"), "7");
  desk.answer = [](const PaymentDesk::Asked&) { return NotKnownYet{}; };
  const auto unknown =
      send(kim, http::Method::post, "/v1/rentals", {{"Idempotency-Key", "k"}}, wanted());
  EXPECT_EQ(unknown.status, 503);
  EXPECT_EQ(slug(unknown), "payment-unsettled");
  EXPECT_TRUE(unknown.headers.has("Retry-After"));
}
TEST_F(RentalOverHttp, WaitsForThePaymentNoLongerThanTheRequestMay) {
  const auto at = town.now();
  static_cast<void>(rent_over_http());
  ASSERT_EQ(desk.asked.size(), 1U);
  EXPECT_LE(desk.asked[0].answer_by, at + 9s);
}
TEST_F(RentalOverHttp, ReturnsAndCancelsForItsOwnCustomerOnly) {
  const auto first = rent_over_http();
  EXPECT_EQ(post(lee, first + "/return").status, 404);
  EXPECT_EQ(post(kim, first + "/return").status, 204);
  EXPECT_EQ(post(kim, first + "/return").status, 409);
  const auto second = rent_over_http();
  EXPECT_EQ(post(lee, second + "/cancellation").status, 404);
  EXPECT_EQ(post(kim, second + "/cancellation").status, 200);
  EXPECT_EQ(text_in(get(kim, second), "state"), "cancelled");
}

TEST_F(RentalOverHttp, GivesTheFileWholeOrInPartsByItsLink) {
  const auto link = link_to(rent_over_http());
  const auto whole = get(kim, link);
  ASSERT_EQ(whole.status, 200);
  EXPECT_EQ(whole.headers.get("Content-Type"), "application/epub+zip");
  const auto name = link.substr(link.rfind('/') + 1, 64) + ".epub";
  EXPECT_EQ(whole.headers.get("Content-Disposition"), "attachment; filename=\"" + name + '"');
  EXPECT_EQ(std::get<http::FileSlice>(whole.body).length, epub.size());
  const auto part =
      get(lee, link, {{"Range", "bytes=4-8"}});  // the link is the key, whoever has it
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.headers.get("Content-Range"), "bytes 4-8/" + std::to_string(epub.size()));
  EXPECT_EQ(std::get<http::FileSlice>(part.body).offset, 4U);
  EXPECT_EQ(get(kim, link, {{"Range", "bytes=4-8"}, {"If-Range", "\"another\""}}).status, 200);
  const auto beyond = get(kim, link, {{"Range", "bytes=99999-"}});
  EXPECT_EQ(beyond.status, 416);
  EXPECT_NE(beyond.text().find("/range-not-satisfiable"), std::string::npos) << beyond.text();
}
TEST_F(RentalOverHttp, RefusesALinkThatIsChangedOrTooOld) {
  const auto link = link_to(rent_over_http());
  const auto digit = link.find("expires=") + 8;
  auto longer = link;
  longer[digit] = '9';
  EXPECT_EQ(slug(get(kim, longer)), "link-invalid");
  auto of_another = link;
  of_another.replace(link.find("/v1/files/") + 10, 36, lees_rental.text());
  EXPECT_EQ(slug(get(kim, of_another)), "link-invalid");
  auto signed_otherwise = link;
  auto& letter = signed_otherwise[link.find("signature=") + 10];
  letter = letter == 'A' ? 'B' : 'A';
  EXPECT_EQ(slug(get(kim, signed_otherwise)), "link-invalid");
  EXPECT_EQ(get(kim, link).status, 200);
  town.pass(16min);
  EXPECT_EQ(slug(get(kim, link)), "link-invalid");
}
TEST_F(RentalOverHttp, GivesNothingMoreOfTheFileOnceTheBookIsReturned) {
  const auto at = rent_over_http();
  const auto link = link_to(at);
  const auto running = get(kim, link);
  const auto& slice = std::get<http::FileSlice>(running.body);
  EXPECT_TRUE(town.run([&] { return slice.keep_going(); }));
  EXPECT_EQ(post(kim, at + "/return").status, 204);
  EXPECT_FALSE(town.run([&] { return slice.keep_going(); }));
  EXPECT_EQ(slug(get(kim, link)), "loan-ended");
}
TEST_F(RentalOverHttp, EndsARunningDownloadWithTheLoan) {
  const auto at = rent_over_http();
  const auto running = get(kim, link_to(at));
  const auto& slice = std::get<http::FileSlice>(running.body);
  town.pass(std::chrono::days{8});
  EXPECT_FALSE(town.run([&] { return slice.keep_going(); }));
}

// ---- the desk of payment

namespace api = payment::api_v1;

struct TheDeskOfPayment : api::PaymentDesk, ::testing::Test {
  api::PayResponse response{api::Paid{price, noon}};
  bool away = false;
  std::optional<api::PayRequest> heard;
  DirectPaymentDesk desk{*this};

  api::PayResponse pay(const api::PayRequest& request, const api::Call&) override {
    heard = request;
    if (away) throw chassis::Unavailable{"payment"};
    return response;
  }
  api::LookUpPaymentResponse look_up_payment(const api::LookUpPaymentRequest&,
                                             const api::Call&) override {
    return {api::NeverSeen{}};
  }
  // The name of what rental makes of the answer.
  std::string understood(const contracts::PayExample& it) {
    response = it.answer;
    const auto begins = noon - Instant{};
    auto asked = it.request;
    asked.pay_by += begins;
    try {
      const auto result = desk.pay({asked.payment,
                                    asked.customer,
                                    asked.amount,
                                    asked.pay_by,
                                    {asked.card_token},
                                    noon + 5s});
      EXPECT_EQ(heard, asked);
      return std::visit([]<class Is>(const Is&) { return std::string{chassis::name_of<Is>()}; },
                        result);
    } catch (const std::logic_error&) {
      return "a defect";
    }
  }
};

TEST_F(TheDeskOfPayment, IsAskedAndUnderstoodAsTheExamplesOfTheContractSay) {
  std::map<std::string, std::string> all;
  for (const auto& example : contracts::pay_examples()) all[example.name] = understood(example);
  EXPECT_EQ(all, (std::map<std::string, std::string>{
                     {"a card is accepted", "Paid"},
                     {"what is paid is asked for again", "Paid"},
                     {"a card is declined", "Declined"},
                     {"a card is too old", "Declined"},
                     {"it is asked for too late", "TooLateToPay"},
                     {"it was cancelled before it began", "PaymentUndone"},
                     {"it was paid back meanwhile", "PaymentUndone"},
                     {"the charge may be on its way", "NotKnownYet"},
                     {"the provider is away", "NotBegun"},
                     {"it was asked for with other terms", "a defect"},
                 }));
}
TEST_F(TheDeskOfPayment, MayGiveNoAnswerAtAll) {
  away = true;
  const auto result = desk.pay({payment, kim, price, noon + 8min, {"tok_accepted"}, noon + 5s});
  EXPECT_TRUE(std::holds_alternative<NoAnswerFromDesk>(result));
}

// ---- the catalog's files

struct CopyingAFile : ::testing::Test {
  testing::Town town;
  std::unique_ptr<storage::BlobStore> catalogs, own;
  int opened = 0;

  CopyingAFile() {
    town.run([&] {
      catalogs = std::make_unique<storage::BlobStore>(town.storage.files(), "town/c", 1'000'000);
      own = std::make_unique<storage::BlobStore>(town.storage.files(), "town/r", 1'000'000);
    });
  }
  void fetch(const storage::Blob& blob, std::int64_t said_size) {
    CopiedFiles files{*own, [this](const security::Digest256& it) {
                        ++opened;
                        return catalogs->open(it);
                      }};
    town.run([&] { files.fetch(book, security::hex(security::as_text(blob.digest)), said_size); });
  }
  storage::Blob at_catalog(const std::string& content) {
    return town.run([&] { return catalogs->put(content); });
  }
};

TEST_F(CopyingAFile, KeepsItOnceAndMakesSureOfItWhenAskedAgain) {
  for (const std::size_t size : {0UL, 1UL, 65'536UL, 200'001UL}) {
    const auto blob = at_catalog(std::string(size, 'x'));
    opened = 0;
    fetch(blob, static_cast<std::int64_t>(size));
    fetch(blob, static_cast<std::int64_t>(size));
    EXPECT_EQ(opened, 2);  // what is there may be there by a process that died unsynced
    EXPECT_EQ(town.run([&] { return own->intact(blob.digest); }), true);
  }
}
TEST_F(CopyingAFile, KeepsNothingThatIsNotAsSaid) {
  const auto blob = at_catalog(epub);
  EXPECT_ANY_THROW(fetch(blob, 1));
  EXPECT_FALSE(town.run([&] { return own->exists(blob.digest); }));
  EXPECT_ANY_THROW(fetch({security::sha256("never uploaded"), 14}, 14));
}

}  // namespace
}  // namespace madang::rental
