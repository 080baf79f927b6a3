// Who waits for a book is served in the order in which they came: what comes free is offered to the first in line,
// nobody who comes later passes them, and who has lost an offer or a hold through no fault of theirs is first again.
#include "tests/simulation/laws.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace madang::simulation {
namespace {

struct Desk {  // of one edition
  std::int64_t licences = 0;
  bool has_file = false, stopped = false, is_closed = false;
  std::set<std::string> holds, lent, offers;
  std::map<std::string, std::string> held_by;
  std::map<std::string, std::int64_t> hold_ended;  // by customer
  std::vector<std::string> line;

  [[nodiscard]] std::int64_t free() const {
    const auto all = has_file && !stopped ? licences : 0;
    return all - std::ssize(holds) - std::ssize(lent) - std::ssize(offers);
  }
  [[nodiscard]] std::int64_t before(const std::string& customer) const {
    return std::ranges::find(line, customer) - line.begin();
  }
};

class Lines {
 public:
  Lines(World& world, const std::vector<Event>& events) : world_{world} {
    for (const auto& event : events)
      if (event.stream.starts_with("LicencePool/")) take(event);
  }
  void demand_nobody_waits_in_vain() const {
    for (const auto& [stream, desk] : desks_)
      if (!desk.line.empty() && !desk.is_closed && desk.free() > 0)
        world_.violate(fmt::format("{} wait for {}, of which {} are free", desk.line.size(), stream,
                                   desk.free()));
  }

 private:
  void take(const Event& event) {
    auto& desk = desks_[event.stream];
    const auto& document = event.json();
    const auto it = document.root();
    const auto text = [&](std::string_view member) {
      const auto found = it.find(member);
      return found && found->is_text() ? std::string{found->text()} : std::string{};
    };
    const auto customer = text("customer"), hold = text("hold");
    const auto& type = event.type;
    const auto fault = [&](const std::string& what) {
      world_.violate(fmt::format("{}: rental {} {} {}", what, event.position, type, event.payload));
    };
    if (type == "TermsSet") {
      desk.licences = it["licences"].integer();
    } else if (type == "FileFetched") {
      desk.has_file = true;
    } else if (type == "LendingStopped") {
      desk.stopped = true;
    } else if (type == "DeskClosed" || type == "DeskOpened") {
      desk.is_closed = type == "DeskClosed";
    } else if (type == "LineJoined") {
      desk.line.push_back(customer);
    } else if (type == "PutFirstInLine" || type == "OfferTakenBack") {
      desk.offers.erase(customer);
      desk.line.insert(desk.line.begin(), customer);
    } else if (type == "LineLeft" || type == "WaitingEnded" || type == "OfferLapsed") {
      desk.offers.erase(customer);
      if (type != "OfferLapsed") std::erase(desk.line, customer);
    } else if (type == "LicenceOffered") {
      const auto place = desk.before(customer);
      const bool waits = place < std::ssize(desk.line);
      if (waits && place != 0) fault(fmt::format("{} wait longer than who is offered it", place));
      if (!waits && desk.hold_ended[customer] != event.at)
        fault("an offer to who neither waits nor has just lost a hold");
      std::erase(desk.line, customer);
      desk.offers.insert(customer);
    } else if (type == "LicenceHeld") {
      if (desk.offers.erase(customer) == 0 && desk.free() <= desk.before(customer))
        fault(fmt::format("{} wait in front of who takes one of {}", desk.before(customer),
                          desk.free()));
      std::erase(desk.line, customer);
      desk.holds.insert(hold);
      desk.held_by[hold] = customer;
    } else if (type == "HoldReleased" || type == "HoldLapsed") {
      desk.holds.erase(hold);
      desk.hold_ended[desk.held_by[hold]] = event.at;
    } else if (type == "LicenceLent") {
      desk.holds.erase(hold);
      desk.lent.insert(text("rental"));
    } else if (type == "LicenceFreed") {
      desk.lent.erase(text("rental"));
    }
  }

  World& world_;
  std::map<std::string, Desk> desks_;
};

}  // namespace

void check_lines(World& world, const Logs& logs) {
  static_cast<void>(Lines{world, logs.of("rental")});
}

void check_nobody_waits_in_vain(World& world, const Logs& logs) {
  Lines{world, logs.of("rental")}.demand_nobody_waits_in_vain();
}

}  // namespace madang::simulation
