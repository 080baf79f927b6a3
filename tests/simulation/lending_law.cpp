#include "tests/simulation/laws.hpp"

#include <fmt/format.h>

namespace madang::simulation {
namespace {

using chassis::JsonView;

struct Pool {
  std::int64_t licences = 0;
  std::map<std::string, std::int64_t> holds;   // until when
  std::map<std::string, std::int64_t> lent;    // by rental
  std::map<std::string, std::int64_t> offers;  // by customer
};

struct Loan {
  std::string customer, edition;
  std::int64_t until;
  bool ended = false;
};

}  // namespace

class LendingLaw::Lending {
 public:
  explicit Lending(World& world) : world_{world} {}

  void take(const Event& event) {
    now_ = &event;
    const auto& document = event.json();
    of_pool(event.type, document.root());
    of_rental(event.type, document.root());
  }

  [[nodiscard]] std::vector<std::string> open() const {
    std::vector<std::string> all;
    for (const auto& [edition, pool] : pools_) {
      for (const auto& [hold, until] : pool.holds) all.push_back("hold " + hold);
      for (const auto& [customer, until] : pool.offers) all.push_back("an offer to " + customer);
      for (const auto& [rental, until] : pool.lent) all.push_back("a licence of rental " + rental);
    }
    for (const auto& [rental, loan] : loans_)
      if (!loan.ended) all.push_back("rental " + rental);
    return all;
  }

 private:
  static std::string text(JsonView in, std::string_view member) {
    return std::string{in[member].text()};
  }
  void fault(const std::string& what) {
    world_.violate(
        fmt::format("{}: rental {} {} {}", what, now_->position, now_->type, now_->payload));
  }
  void not_early(std::int64_t due, const char* what) {
    if (now_->at < due) fault(fmt::format("{} before its time {}", what, due));
  }

  void of_pool(const std::string& type, JsonView it) {
    if (!it.is_object() || !it.find("edition")) return;
    auto& pool = pools_[text(it, "edition")];
    if (type == "TermsSet") pool.licences = it["licences"].integer();
    else if (type == "LendingStopped") pool.licences = 0;
    else if (type == "LicenceHeld") {
      pool.offers.erase(text(it, "customer"));
      pool.holds[text(it, "hold")] = it["until"].integer();
      enough(pool);
    } else if (type == "LicenceOffered") {
      pool.offers[text(it, "customer")] = it["until"].integer();
      enough(pool);
    } else if (type == "HoldWentOn" || type == "HoldStoodStill")
      pool.holds[text(it, "hold")] = it["until"].integer();
    else if (type == "HoldReleased") pool.holds.erase(text(it, "hold"));
    else if (type == "HoldLapsed") {
      not_early(pool.holds[text(it, "hold")], "a hold lapses");
      pool.holds.erase(text(it, "hold"));
    } else if (type == "LicenceLent") {
      if (pool.holds.erase(text(it, "hold")) == 0) fault("a licence is lent that nobody held");
      if (!pool.lent.emplace(text(it, "rental"), it["until"].integer()).second)
        fault("a rental has two licences");
    } else if (type == "LicenceFreed") {
      if (pool.lent.erase(text(it, "rental")) == 0) fault("a licence comes back that was not out");
    } else if (type == "OfferLapsed") {
      not_early(pool.offers[text(it, "customer")], "an offer lapses");
      pool.offers.erase(text(it, "customer"));
    } else if (type == "OfferTakenBack" || type == "LineLeft" || type == "WaitingEnded")
      pool.offers.erase(text(it, "customer"));
  }
  void enough(const Pool& pool) {
    const auto out = std::ssize(pool.holds) + std::ssize(pool.lent) + std::ssize(pool.offers);
    if (out > pool.licences)
      fault(fmt::format("{} of {} licences are out, held or offered", out, pool.licences));
  }

  void of_rental(const std::string& type, JsonView it) {
    if (type == "RentalStarted") {
      const auto rental = text(it, "rental");
      for (const auto& [other, loan] : loans_)
        if (!loan.ended && loan.until > now_->at && loan.customer == it["customer"].text() &&
            loan.edition == it["edition"].text())
          fault("the customer has the same book already, by rental " + other);
      if (!loans_
               .emplace(rental,
                        Loan{text(it, "customer"), text(it, "edition"), it["until"].integer()})
               .second)
        fault("a rental starts twice");
      if (!payments_.insert(text(it, "payment")).second) fault("one payment pays two rentals");
    } else if (type == "RentalExtended") {
      loans_.at(text(it, "rental")).until = it["until"].integer();
      if (const auto payment = it.find("payment");
          payment && payment->is_text() && !payments_.insert(std::string{payment->text()}).second)
        fault("one payment pays twice");
    } else if (type == "BookReturned" || type == "RentalCancelled" || type == "RentalExpired") {
      auto& loan = loans_.at(text(it, "rental"));
      if (std::exchange(loan.ended, true)) fault("a loan ends twice");
      if (type == "RentalExpired") not_early(loan.until, "a loan runs out");
      else if (now_->at > loan.until) fault("a loan goes on after its end");
    }
  }

  World& world_;
  const Event* now_ = nullptr;
  std::map<std::string, Pool> pools_;
  std::map<std::string, Loan> loans_;
  std::set<std::string> payments_;
};

LendingLaw::LendingLaw(World& world) : world_{world}, lending_{std::make_unique<Lending>(world)} {}
LendingLaw::~LendingLaw() = default;

void LendingLaw::look(const Logs& logs) {
  const auto& events = logs.of("rental");
  const auto cuts = logs.cuts("rental");
  if (std::exchange(cuts_, cuts) != cuts) {
    lending_ = std::make_unique<Lending>(world_);
    looked_at_ = 0;
  }
  for (; looked_at_ < events.size(); ++looked_at_) lending_->take(events[looked_at_]);
}

std::vector<std::string> LendingLaw::open() const { return lending_->open(); }

std::vector<std::string> open_lending(World& world, const Logs& logs) {
  LendingLaw lending{world};
  lending.look(logs);
  return lending.open();
}

}  // namespace madang::simulation
