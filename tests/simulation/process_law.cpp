// At rest: what was begun had somebody who saw it to its end, and nobody's money was kept for nothing.
#include "tests/simulation/laws.hpp"

#include <fmt/format.h>

namespace madang::simulation {
namespace {

std::string payment_of(const Event& event) {
  const auto& document = event.json();
  const auto it = document.root().find("payment");
  return it && it->is_text() ? std::string{it->text()} : std::string{};
}

// What the shop has kept of each payment.
std::map<std::string, std::int64_t> kept(const Logs& logs) {
  std::map<std::string, std::int64_t> all;
  for (const auto& event : logs.of("payment")) {
    const bool takes = event.type == "PaymentCaptured" || event.type == "LateChargeCaptured";
    if (!takes && event.type != "ChargeReturned") continue;
    const auto& document = event.json();
    const auto amount = document.root()["amount"]["amount"].integer();
    all[payment_of(event)] += takes ? amount : -amount;
  }
  return all;
}

}  // namespace

void check_processes(World& world, const Logs& logs) {
  static const std::map<std::string, std::string, std::less<>> begins{
      {"LicenceHeld", "settle_rental_payment/"},
      {"ExtensionBegun", "settle_extension/"},
      {"RentalCancelled", "refund_cancelled_rental/"},
      {"ExtensionCancelled", "refund_cancelled_rental/"}};
  std::set<std::string> streams;
  for (const auto& event : logs.of("rental")) streams.insert(event.stream);
  for (const auto& event : logs.of("rental"))
    if (const auto found = begins.find(event.type); found != begins.end())
      if (!streams.contains(found->second + payment_of(event)))
        world.violate(
            fmt::format("no process {} sees to {} {}", found->second, event.type, event.payload));
}

void check_nobody_paid_for_nothing(World& world, const Logs& logs) {
  std::map<std::string, std::set<std::string>> had;  // payments, by the rental they are for
  for (const auto& event : logs.of("rental")) {
    if (event.type == "RentalStarted" || event.type == "RentalExtended")
      had[event.stream].insert(payment_of(event));
    if (event.type == "RentalCancelled") had.erase(event.stream);
  }
  std::set<std::string> good;
  for (const auto& [rental, payments] : had) good.insert(payments.begin(), payments.end());
  for (const auto& [payment, amount] : kept(logs))
    if (amount > 0 && !good.contains(payment))
      world.violate(
          fmt::format("{} is kept of payment {}, for which nobody had anything", amount, payment));
}

}  // namespace madang::simulation
