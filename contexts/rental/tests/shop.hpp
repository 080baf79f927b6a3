#pragma once
// Rental as it runs in production, on the simulator's clock and disk, between its neighbours.
#include <map>
#include <set>

#include "chassis/runtime/wait_for.hpp"
#include "chassis/testing/town.hpp"
#include "rental/application/cancel_rental.hpp"
#include "rental/application/extend_loan.hpp"
#include "rental/application/open_book.hpp"
#include "rental/application/ports/outbound/edition_files.hpp"
#include "rental/application/rent_book.hpp"
#include "rental/application/rentals.hpp"
#include "rental/application/return_book.hpp"
#include "rental/rental.hpp"
#include "rental/tests/given.hpp"
#include "rental/tests/neighbours.hpp"

namespace madang::rental {

using namespace examples;

struct TestDesk final : PaymentDesk {
  std::function<PaymentResult(const Asked&)> answer;
  std::vector<Asked> asked;
  PaymentResult pay(const Asked& it) override {
    asked.push_back(it);
    return answer(it);
  }
};
struct TestFiles final : EditionFiles {
  int unavailable = 0;
  bool corrupt = false;
  std::set<std::string> fetched;
  void fetch(const EditionId&, const std::string& digest, std::int64_t) override {
    if (unavailable-- > 0) throw chassis::Unavailable{"the catalog"};
    if (corrupt) throw chassis::Corrupt{"the catalog's file"};
    fetched.insert(digest);
  }
};

struct Shop : ::testing::Test {
  std::unique_ptr<chassis::Context> context = rental_context(), payments = till::payment_context(),
                                    catalog = registry::catalog_context();
  testing::Town town;
  TestDesk desk;
  TestFiles files;
  LendingRules rules;
  int said = 0;

  explicit Shop(std::uint64_t seed = 1) : town{seed} {
    chassis::PortsOf ports;
    ports.provide<EditionFiles>(files);
    town.add(*context, ports);
    town.add(*payments);
    town.add(*catalog);
    town.start();
    desk.answer = [this](const PaymentDesk::Asked& it) { return charged(it); };
  }
  ~Shop() override { town.stop(); }

  chassis::Engine& engine() { return town.engine("rental"); }
  static chassis::RequestKey key(const PersonId& customer, std::string_view operation,
                                 std::string_view idempotency_key) {
    return chassis::RequestKey::of_request("rental", customer, operation, idempotency_key, {},
                                           "requests/" + customer.text(), {});
  }

  // ---- the neighbours
  template <class Event>
  void catalog_says(const Event& event) {
    say("catalog", registry::Say<Event>{event.edition, event});
  }
  void lend(int licences, const EditionId& edition = book) {
    set_terms(licences, edition);
    catalog_says(registry::FileGiven{edition, sha256, 250'000});
  }
  void set_terms(int licences, const EditionId& edition = book, Money extension_price = price) {
    catalog_says(registry::TermsGiven{edition, price, 7, licences, 2, extension_price});
  }
  template <class Command>
  void say_here(const std::string& neighbour, const Command& command) {
    const auto once = std::to_string(++said);
    const auto request =
        chassis::RequestKey::of_request("test", kim, "say", once, {}, "requests/test", {});
    static_cast<void>(town.engine(neighbour).run(command, request.step("say")));
  }
  template <class Command>
  void say(const std::string& neighbour, const Command& command) {
    town.run([&] { say_here(neighbour, command); });
    town.settle();
  }
  void charge_here(const PaymentId& it) { say_here("payment", till::Charge{it, price}); }
  void charge(const PaymentId& it) { say("payment", till::Charge{it, price}); }
  PaymentResult charged(const PaymentDesk::Asked& it) {
    charge_here(it.payment);
    return Paid{};
  }
  PaymentId payment_of(const PersonId& customer, std::string_view idempotency_key) {
    return key(customer, "rent_book", idempotency_key).id<PaymentId>("payment");
  }

  // ---- customers
  RentBook::Answer rent_here(const PersonId& customer, std::string_view idempotency_key,
                             Money shown = price, const EditionId& edition = book) {
    return rent_book({edition, customer, shown, {"tok_accepted"}, town.now(), town.now() + 8s},
                     key(customer, "rent_book", idempotency_key), engine(), engine(), desk, rules);
  }
  RentBook::Answer rent(const PersonId& customer, std::string_view idempotency_key,
                        Money shown = price, const EditionId& edition = book) {
    return town.run([&] { return rent_here(customer, idempotency_key, shown, edition); });
  }
  // "rented", "extended", or the slug of the refusal.
  static std::string told_customer(const auto& answer) {
    return answer.visit([]<class Is>(const Is&) -> std::string {
      if constexpr (std::same_as<Is, RentBook::Rented>) return "rented";
      else if constexpr (std::same_as<Is, ExtendLoan::Extended>) return "extended";
      else return chassis::slug_of<Is>();
    });
  }
  ExtendLoan::Answer extend_here(const OwnRental& it, std::string_view idempotency_key,
                                 Money shown = price) {
    return extend_loan({it, shown, CardToken{"tok_accepted"}, town.now(), town.now() + 8s},
                       key(it.customer, "extend_rental", idempotency_key), engine(), desk, rules);
  }
  std::string extending(const OwnRental& it, std::string_view idempotency_key = "e",
                        Money shown = price) {
    return town.run([&] { return told_customer(extend_here(it, idempotency_key, shown)); });
  }
  PaymentId payment_of_extension(const PersonId& customer, std::string_view idempotency_key = "e") {
    return key(customer, "extend_rental", idempotency_key).id<PaymentId>("payment");
  }
  std::string renting(const PersonId& customer, std::string_view idempotency_key) {
    return told_customer(rent(customer, idempotency_key));
  }
  OwnRental rented(const PersonId& customer, std::string_view idempotency_key = "k") {
    const auto answer = rent(customer, idempotency_key);
    EXPECT_EQ(told_customer(answer), "rented");
    return {key(customer, "rent_book", idempotency_key).id<RentalId>("rental"), book, customer};
  }
  auto answer_to(auto ask) {
    return town.run([&] { return runtime::wait_for(town.process(), ask()); });
  }
  auto return_it(const OwnRental& it, std::string_view idempotency_key = "return") {
    return answer_to([&] {
      return return_book(it, key(it.customer, "return_book", idempotency_key), engine());
    });
  }
  auto cancel_it(const OwnRental& it) {
    return answer_to(
        [&] { return cancel_rental(it, key(it.customer, "cancel_rental", "c"), engine(), rules); });
  }
  auto open_it(const OwnRental& it, std::string_view idempotency_key = "open") {
    return answer_to([&] {
      return open_book(it, key(it.customer, "open_book", idempotency_key), engine(), rules);
    });
  }

  // ---- what is to be seen
  RentalAt::Result see(const RentalId& it) {
    return town.run([&] {
      return engine().ask(RentalAt{it, town.now(), rules.cancel_within}, engine().head());
    });
  }
  std::size_t count(const std::string& event) {
    town.settle();
    return town.count("rental", event);
  }
  std::size_t told(const std::string& message) {
    town.settle();
    return town.told("rental", message);
  }
  // How many payments that had been charged were undone.
  std::size_t paid_back() {
    town.settle();
    return town.run([&] {
      std::size_t found = 0;
      for (const auto& event : town.engine("payment").read_journal()->after(0, 10'000))
        found += event.type == "Undone" && chassis::decode<till::Undone>(event.payload).amount;
      return found;
    });
  }
  std::size_t cancellations() { return told("madang.payment.v1.CancelPayment"); }
  std::size_t at_payment(const std::string& event) {
    town.settle();
    return town.count("payment", event);
  }
};

}  // namespace madang::rental
