// Customer as it runs in production, over HTTP from below the socket; identity and rental are contexts
// that tell what a test wants told.
#include <gtest/gtest.h>

#include "chassis/assembly/assembly.hpp"
#include "chassis/runtime/wait_for.hpp"
#include "chassis/security/secrets.hpp"
#include "chassis/testing/scenario.hpp"
#include "chassis/testing/town.hpp"
#include "contracts/messages/identity_v1.hpp"
#include "contracts/messages/rental_v1.hpp"
#include "contracts/support/routes.hpp"
#include "customer/adapters/inbound/customer_http.hpp"
#include "customer/customer.hpp"
#include "customer/domain/profile.hpp"

namespace madang::customer {
namespace {

using kernel::EditionId, kernel::Instant, kernel::RentalId;
using testing::july, testing::named;

const auto kim = named<PersonId>("kim");
const auto edition = named<EditionId>("edition");
const auto first = named<RentalId>("first"), second = named<RentalId>("second");

// ---- identity

struct SomeoneRegistered {
  PersonId person;
  Personal<std::string> email, name;
  std::string language;
  Instant registered_at;
};
struct Someone {
  using Id = PersonId;
  using Events = OneOf<SomeoneRegistered>;
  bool registered = false;
  static Someone evolve(Someone, const SomeoneRegistered&) { return {true}; }
};
struct RegisterSomeone {
  PersonId person;
  using Decision = Then<SomeoneRegistered>::Always;
  static Decision decide(const RegisterSomeone& asked, const Someone&) {
    return then(SomeoneRegistered{asked.person,
                                  {asked.person, "email: kim@example.com"},
                                  {asked.person, "name: Kim"},
                                  "ko",
                                  july(1)});
  }
};
std::unique_ptr<chassis::Context> identity_that_tells() {
  using namespace chassis;
  return context("identity")
      .aggregates<Someone>()
      .commands<RegisterSomeone>()
      .publishes(as<identity::v1::PersonRegistered, SomeoneRegistered>)
      .done();
}

// ---- rental

struct LoanBegan {
  RentalId rental;
  EditionId edition;
  PersonId customer;
  kernel::PaymentId payment;
  kernel::Money price;
  Instant starts, until;
};
struct LoanGivenBack {
  RentalId rental;
  EditionId edition;
  PersonId customer;
};
struct Loan {
  using Id = RentalId;
  using Events = OneOf<LoanBegan, LoanGivenBack>;
  bool on = false;
  static Loan evolve(Loan, const LoanBegan&) { return {true}; }
  static Loan evolve(Loan, const LoanGivenBack&) { return {false}; }
};
struct BeginLoan {
  RentalId rental;
  Instant until;
  using Decision = Then<LoanBegan>::Always;
  static Decision decide(const BeginLoan& asked, const Loan&) {
    return then(LoanBegan{asked.rental, edition, kim, named<kernel::PaymentId>("payment"),
                          kernel::Money::won(3000), july(1), asked.until});
  }
};
struct GiveBack {
  RentalId rental;
  using Decision = Then<LoanGivenBack>::Always;
  static Decision decide(const GiveBack& asked, const Loan&) {
    return then(LoanGivenBack{asked.rental, edition, kim});
  }
};
std::unique_ptr<chassis::Context> rental_that_tells() {
  using namespace chassis;
  return context("rental")
      .aggregates<Loan>()
      .commands<BeginLoan, GiveBack>()
      .publishes(as<rental::v1::RentalStarted, LoanBegan>,
                 [](const LoanGivenBack& it, const Happened& happened) {
                   return rental::v1::BookReturned{it.rental, it.edition, it.customer, happened.at};
                 })
      .done();
}

// ---- the shop

struct OpenVault final : chassis::Vault {
  bool erased = false;
  std::string seal_bytes(const PersonId&, std::string_view field, std::string_view bytes) override {
    return std::string{field} + ": " + std::string{bytes};
  }
  std::optional<std::string> open_bytes(const PersonId&, std::string_view field,
                                        std::string_view sealed) override {
    if (erased) return std::nullopt;
    return std::string{sealed.substr(field.size() + 2)};
  }
};

struct Shop : ::testing::Test {
  std::unique_ptr<chassis::Context> identity = identity_that_tells(), rental = rental_that_tells(),
                                    customer = customer_context();
  testing::Town town;
  security::SecretsInMemory secrets;
  OpenVault vault;
  std::unique_ptr<security::RotatingKey> positions;
  std::unique_ptr<contracts::Edge> edge;
  std::unique_ptr<CustomerHttp> http;
  std::unique_ptr<contracts::Routes> routes;
  int keys = 0;

  Shop() {
    town.add(*identity);
    town.add(*rental);
    town.add(*customer);
    town.start();
    town.run([&] {
      positions = std::make_unique<security::RotatingKey>(secrets, town.process(), "positions");
      edge = std::make_unique<contracts::Edge>(town.process(), "a key of the shop", *positions);
    });
    http = std::make_unique<CustomerHttp>(town.engine("customer"), vault);
    routes = std::make_unique<contracts::Routes>(*edge, http_v1::routes(*http, *edge));
  }
  ~Shop() override {
    routes.reset();
    edge.reset();
    town.stop();
  }

  template <class Command>
  void tells(const std::string& context, const Command& command) {
    town.run([&] {
      const auto key = chassis::RequestKey::of_request(
          context, "test", "tell", std::to_string(++keys), {}, "requests/test", {});
      chassis::Commands& engine = town.engine(context);
      chassis::Gives<Command>{engine}.give(command, key, "tell");
    });
    town.settle();
  }
  http::Response send(http::Method method, http::Headers headers = {},
                      const std::string& body = {}) {
    headers.set("Madang-Person", kim.text());
    headers.set("Madang-Roles", "anyone,customer");
    if (method == http::Method::put) {
      headers.set("Content-Type", "application/json");
      headers.set("Idempotency-Key", "key-" + std::to_string(++keys));
    }
    return town.run([&] {
      return runtime::wait_for(
          town.process(),
          routes->handle(http::request_of(method, "/v1/customers/me", std::move(headers), body)));
    });
  }
};
using TheProfile = Shop;

TEST_F(TheProfile, IsNotReadyBeforeIdentityHasToldOfThePerson) {
  EXPECT_EQ(send(http::Method::get).status, 503);
}
TEST_F(TheProfile, OpensByItselfForWhoRegisters) {
  tells("identity", RegisterSomeone{kim});
  const auto profile = send(http::Method::get);
  EXPECT_EQ(profile.status, 200);
  EXPECT_EQ(profile.headers.get("ETag"), R"("1")");
  EXPECT_EQ(profile.text(),
            R"({"customer_id":")" + kim.text() +
                R"(","name":"Kim","email":"kim@example.com","language":"ko","on_loan":[]})");
}
TEST_F(TheProfile, ShowsWhatIsOnLoanNow) {
  tells("identity", RegisterSomeone{kim});
  tells("rental", BeginLoan{first, july(20)});
  tells("rental", BeginLoan{second, july(15)});
  const auto both = send(http::Method::get).text();
  EXPECT_LT(both.find(second.text()), both.find(first.text())) << both;
  tells("rental", GiveBack{second});
  const auto one = send(http::Method::get).text();
  EXPECT_EQ(one.find(second.text()), std::string::npos);
  EXPECT_NE(one.find(first.text()), std::string::npos);
}
TEST_F(TheProfile, IsChangedByWhoHasReadIt) {
  tells("identity", RegisterSomeone{kim});
  const std::string body = R"({"name":"Haru","language":"en"})";
  const auto changed = send(http::Method::put, {{"If-Match", R"("1")"}}, body);
  EXPECT_EQ(changed.status, 204);
  EXPECT_EQ(changed.headers.get("ETag"), R"("2")");
  const auto late = send(http::Method::put, {{"If-Match", R"("1")"}}, body);
  EXPECT_EQ(late.status, 412);
  EXPECT_NE(late.text().find("/profile-changed"), std::string::npos) << late.text();
  const auto unread = send(http::Method::put, {}, body);
  EXPECT_EQ(unread.status, 428);
  EXPECT_NE(unread.text().find("/precondition-required"), std::string::npos) << unread.text();
  const auto position = std::string{changed.headers.get("Madang-Position").value()};
  const auto read = send(http::Method::get, {{"Madang-Position", position}});
  EXPECT_EQ(read.headers.get("ETag"), R"("2")");
  EXPECT_NE(read.text().find(R"("name":"Haru","email":"kim@example.com","language":"en")"),
            std::string::npos)
      << read.text();
}
TEST_F(TheProfile, ShowsNothingOfWhoWasErased) {
  tells("identity", RegisterSomeone{kim});
  vault.erased = true;
  EXPECT_NE(send(http::Method::get).text().find(R"("name":null,"email":null)"), std::string::npos);
}

}  // namespace
}  // namespace madang::customer
