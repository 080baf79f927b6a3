// At rest: what the shop tells people by its public API is what stands in its logs. Asked are a manager's board, an
// operator's books, single rentals and payments, what is free, and customers' shelves.
#include "tests/simulation/public_law.hpp"

#include "tests/simulation/laws.hpp"

#include <fmt/format.h>

namespace madang::simulation {
namespace {

constexpr auto asking_lasts_max = 1h;
// What was recorded by a clock that was ahead of the others is not gone behind: until then its tokens are of a time
// to come.
constexpr auto clocks_meet_within = 2min;
constexpr std::uint64_t one_in_asked = 4;  // of rentals, payments and shelves

struct Rental {
  std::string edition, customer, payment, state = "on_loan";
  std::int64_t extensions = 0;
  bool opened = false;
};

std::string text(chassis::JsonView in, std::string_view member) {
  return std::string{in[member].text()};
}

std::map<std::string, Rental> rentals_in(const Logs& logs) {
  static const std::map<std::string, std::string, std::less<>> ends{
      {"BookReturned", "returned"}, {"RentalExpired", "expired"}, {"RentalCancelled", "cancelled"}};
  std::map<std::string, Rental> all;
  for (const auto& event : logs.of("rental")) {
    if (!event.stream.starts_with("Rental/")) continue;
    const auto& document = event.json();
    const auto it = document.root();
    auto& rental = all[text(it, "rental")];
    if (event.type == "RentalStarted")
      rental = {.edition = text(it, "edition"),
                .customer = text(it, "customer"),
                .payment = text(it, "payment")};
    if (event.type == "RentalExtended") ++rental.extensions;
    if (event.type == "BookOpened") rental.opened = true;
    if (const auto end = ends.find(event.type); end != ends.end()) rental.state = end->second;
  }
  return all;
}

// What was charged and given back is refunded, whatever else is said of it.
std::string state_after(const std::string& state, const std::string& type, chassis::JsonView it) {
  if (state == "refunded" || type == "ChargeReturned" || type == "PaymentRefunded")
    return "refunded";
  if (type == "PaymentCaptured") return "captured";
  if (type == "PaymentDeclined") return "declined";
  if (type == "PaymentCancelled") return text(it, "how") == "refunded" ? "refunded" : "cancelled";
  return state;
}

std::map<std::string, std::string> states_of_payments_in(const Logs& logs) {
  std::map<std::string, std::string> all;
  for (const auto& event : logs.of("payment")) {
    if (!event.stream.starts_with("Payment/")) continue;
    const auto it = event.json().root();
    auto& state = all.try_emplace(text(it, "payment"), "pending").first->second;
    state = state_after(state, event.type, it);
  }
  return all;
}

std::map<std::string, std::int64_t> licences_in(const Logs& logs) {
  std::map<std::string, std::int64_t> all;
  for (const auto& event : logs.of("rental")) {
    const auto& document = event.json();
    if (event.type == "TermsSet")
      all[text(document.root(), "edition")] = document.root()["licences"].integer();
    if (event.type == "LendingStopped") all.erase(text(document.root(), "edition"));
  }
  return all;
}

class Inspection {
 public:
  Inspection(World& world, const Logs& logs, const Everybody& people)
      : world_{world},
        people_{people},
        rentals_{rentals_in(logs)},
        payments_{payments_in(world, logs)},
        states_{states_of_payments_in(logs)},
        licences_{licences_in(logs)} {}

  void ask_everything() {
    ask_operator(*people_.the_operator);
    ask_manager(*people_.manager);
    ask_what_is_free(*people_.manager);
    for (auto* customer : people_.customers)
      if (is_asked() && !customer->is_gone) ask_for_shelf(*customer);
  }

 private:
  using Take = std::function<void(chassis::JsonView)>;

  bool is_asked() { return world_.simulator.one_in(one_in_asked); }
  template <class Expected, class Told>
  void demand(const std::string& what, const Told& told, const Expected& expected) {
    if (told != expected)
      world_.violate(fmt::format("at rest {} is told to be {}, and is {}", what, told, expected));
  }

  void sign_in(Person& person) {
    for (int time = 0; time < 30; ++time, world_.people.sleep(1min))
      if (person.sign_in()) return;
    world_.violate(fmt::format("at rest {} cannot sign in", person.name));
  }
  void ask(Person& person, const std::string& target, const Take& take) {
    const auto answer = person.get(target);
    if (!answer || answer->status != 200)
      return world_.violate(fmt::format("at rest {} is not told {}: {}", person.name, target,
                                        answer ? answer->text : "no answer"));
    const auto document = chassis::JsonDocument::stored(answer->text);
    take(document.root());
  }
  void ask_for_all(Person& person, const std::string& target, const Take& take) {
    for (std::string cursor;;) {
      const auto page =
          fmt::format("{}?limit=100{}{}", target, cursor.empty() ? "" : "&cursor=", cursor);
      cursor.clear();
      ask(person, page, [&](chassis::JsonView told) {
        const auto items = told["items"];
        for (std::size_t i = 0; i < items.size(); ++i) take(items.at(i));
        if (const auto next = told.find("next")) cursor = next->text();
      });
      if (cursor.empty()) return;
    }
  }

  void ask_operator(Person& person) {
    sign_in(person);
    std::map<std::string, std::int64_t> held;
    ask_for_all(person, "/v1/ledger", [&](chassis::JsonView line) {
      if (text(line, "account") != "provider_clearing") return;
      held[text(line, "payment_id")] +=
          (text(line, "side") == "debit" ? 1 : -1) * line["amount"]["amount"].integer();
    });
    for (const auto& [id, payment] : payments_) {
      demand("what is held of payment " + id, held[id], payment.held());
      if (!is_asked()) continue;
      ask(person, "/v1/payments/" + id, [&](chassis::JsonView told) {
        demand("payment " + id, text(told, "state"), states_.at(id));
        if (payment.asked != 0)
          demand("the amount of payment " + id, told["amount"]["amount"].integer(), payment.asked);
      });
    }
  }

  void ask_manager(Person& person) {
    sign_in(person);
    std::map<std::string, std::string> board;
    ask_for_all(person, "/v1/rental-board", [&](chassis::JsonView item) {
      board[text(item, "rental_id")] = text(item, "state");
    });
    demand("the number of rentals", board.size(), rentals_.size());
    for (const auto& [id, rental] : rentals_) {
      demand("on the board rental " + id, board[id], rental.state);
      if (!is_asked()) continue;
      ask(person, "/v1/rentals/" + id, [&](chassis::JsonView told) {
        demand("rental " + id, text(told, "state"), rental.state);
        demand("the edition of rental " + id, text(told, "edition_id"), rental.edition);
        demand("the customer of rental " + id, text(told, "customer_id"), rental.customer);
        demand("the payment of rental " + id, text(told, "payment_id"), rental.payment);
        demand("how often it was extended, rental " + id, told["extensions"].integer(),
               rental.extensions);
        demand("whether it was opened, rental " + id, told["opened"].boolean(), rental.opened);
      });
    }
  }

  // Nothing is out, held or offered any more.
  void ask_what_is_free(Person& person) {
    for (const auto& [edition, licences] : licences_)
      ask(person, "/v1/editions/" + edition, [&](chassis::JsonView told) {
        const auto available = told.find("availability");
        if (available)
          demand("what is free of edition " + edition, (*available)["free"].integer(), licences);
      });
  }

  void ask_for_shelf(Person& person) {
    if (!person.sign_in()) return;  // they are in doubt of their own password or second factor
    std::map<std::string, std::string> shelf;
    ask_for_all(person, "/v1/shelf", [&](chassis::JsonView item) {
      shelf[text(item, "rental_id")] = text(item, "state");
    });
    std::size_t theirs = 0;
    for (const auto& [id, rental] : rentals_) {
      if (rental.customer != person.id) continue;
      ++theirs;
      demand("on the shelf rental " + id, shelf[id], rental.state);
    }
    demand("the number of books on the shelf of " + person.name, shelf.size(), theirs);
  }

  World& world_;
  const Everybody& people_;
  const std::map<std::string, Rental> rentals_;
  const std::map<std::string, Paid> payments_;
  const std::map<std::string, std::string> states_;  // of payments
  const std::map<std::string, std::int64_t> licences_;
};

}  // namespace

void check_what_is_told(World& world, const Logs& logs, const Everybody& people) {
  world.run_for(clocks_meet_within);
  Inspection inspection{world, logs, people};
  if (!world.have_people_do("inspector", [&] { inspection.ask_everything(); }, asking_lasts_max))
    world.violate("at rest somebody waits for answers for an hour");
}

}  // namespace madang::simulation
