#include "tests/simulation/laws.hpp"

#include <fmt/format.h>

namespace madang::simulation {

std::map<std::string, Paid> payments_in(World& world, const Logs& logs) {
  std::map<std::string, Paid> all;
  for (const auto& event : logs.of("payment")) {
    if (!event.stream.starts_with("Payment/")) continue;
    const auto& document = event.json();
    const auto it = document.root();
    auto& paid = all[std::string{it["payment"].text()}];
    const auto amount = [&] { return it["amount"]["amount"].integer(); };
    if (event.type == "PaymentBegun") paid.asked = amount();
    if (event.type == "PaymentCaptured") paid.captured += amount();
    if (event.type == "LateChargeCaptured") paid.late += amount();
    if (event.type == "ChargeReturned") paid.returned += amount();
    const auto charged = paid.captured + paid.late;
    if (paid.returned > charged || charged > paid.asked)
      world.violate(fmt::format("payment {}: asked {}, charged {}, returned {}",
                                it["payment"].text(), paid.asked, charged, paid.returned));
    paid.last = event.type;
  }
  return all;
}

void check_money(World& world, const Logs& logs) {
  const auto paid = payments_in(world, logs);
  const auto demand = [&](const Event& event) {
    const auto& document = event.json();
    const auto it = document.root();
    const auto payment = it.find("payment");
    if (!payment || !payment->is_text()) return;  // an extension that costs nothing
    const auto found = paid.find(std::string{payment->text()});
    const auto price = it["price"]["amount"].integer();
    if (price != 0 && (found == paid.end() || found->second.captured != price))
      world.violate(fmt::format("an unpaid rental: {} {}", event.type, event.payload));
  };
  for (const auto& event : logs.of("rental"))
    if (event.type == "RentalStarted" || event.type == "RentalExtended") demand(event);
}

std::vector<std::string> differences_in_books(World& world, const Logs& logs) {
  std::vector<std::string> differences;
  const auto paid = payments_in(world, logs);
  std::map<std::string, std::int64_t> theirs;
  std::map<std::string, int> charges;
  for (std::int64_t after = 0;;) {
    const auto page = world.ask_provider(fmt::format("/v1/books?after={}&limit=1000", after));
    const auto document = chassis::JsonDocument::stored(page.text());
    const auto data = document.root()["data"];
    for (std::size_t i = 0; i < data.size(); ++i) {
      const std::string payment{data.at(i)["payment"].text()};
      const bool charge = data.at(i)["kind"].text() == "charge";
      theirs[payment] += (charge ? 1 : -1) * data.at(i)["amount"].integer();
      if (charge && ++charges[payment] > 1)
        differences.push_back("payment " + payment + " was charged twice");
      after = data.at(i)["number"].integer();
    }
    if (!document.root()["has_more"].boolean()) break;
  }
  for (const auto& [payment, it] : paid) {
    const auto ours = it.held();
    if (ours != theirs[payment])
      differences.push_back(
          fmt::format("payment {}: the shop's books say {}, the provider's {} (last: {})", payment,
                      ours, theirs[payment], it.last));
    theirs.erase(payment);
  }
  for (const auto& [payment, sum] : theirs)
    if (sum != 0)
      differences.push_back(fmt::format(
          "the provider holds {} for payment {}, of which the shop knows nothing", sum, payment));
  return differences;
}

void check_books(World& world, const Logs& logs) {
  for (const auto& it : differences_in_books(world, logs)) world.violate(it);
}

}  // namespace madang::simulation
