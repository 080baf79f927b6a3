#include "tests/simulation/laws.hpp"

#include <array>
#include <fmt/format.h>

namespace madang::simulation {

void check_acknowledged(World& world, const Logs& logs, const History& history) {
  using Member = std::pair<std::string, std::string>;  // and its text
  std::map<std::pair<std::string_view, std::string_view>, std::set<Member>> missing;
  for (const auto& it : history.acknowledged)
    missing[{it.context, it.type}].emplace(it.member, it.value);
  for (auto& [kind, members] : missing) {
    for (const auto& event : logs.of(std::string{kind.first})) {
      if (event.type != kind.second) continue;
      const auto it = event.json().root();
      for (const auto* member : {"rental", "payment", "edition", "customer", "person"})
        if (const auto found = it.is_object() ? it.find(member) : std::nullopt;
            found && found->is_text())
          members.erase({member, std::string{found->text()}});
    }
    for (const auto& [member, value] : members)
      world.violate(fmt::format("acknowledged, and not in the log: {} {} {} {}", kind.first,
                                kind.second, member, value));
  }
}

std::vector<std::string> unfinished(World& world, Logs& logs) {
  static const std::set<std::string, std::less<>> ends{"Settled", "Refunded", "Gone", "Done"};
  static const std::set<std::string, std::less<>> payment_ends{
      "PaymentCaptured", "PaymentDeclined", "PaymentCancelled", "PaymentRefunded",
      "ChargeReturned"};  // of what was charged late, when nobody waits to hear of it
  auto open = open_lending(world, logs);
  for (const auto* context : contexts) {
    std::map<std::string, std::string> processes, payments;
    for (const auto& event : logs.of(context)) {
      if (event.type.ends_with(".Stepped"))
        processes[event.stream] = event.json().root()["state"]["is"].text();
      if (event.stream.starts_with("Payment/")) payments[event.stream] = event.type;
    }
    for (const auto& [stream, state] : processes)
      if (!ends.contains(state)) open.push_back(fmt::format("process {} is {}", stream, state));
    for (const auto& [stream, last] : payments)
      if (!payment_ends.contains(last))
        open.push_back(fmt::format("{} stands at {}", stream, last));
  }
  for (const auto& it : logs.parked())
    open.push_back(
        fmt::format("{} has parked {} of {}: {}", it.context, it.consumer, it.key, it.cause));
  return open;
}

namespace {

using Tally = std::map<std::string, int>;  // by id

Tally tally(const Logs& logs, const char* context, const std::string& type, const char* member) {
  Tally all;
  for (const auto& event : logs.of(context))
    if (event.type == type) ++all[std::string{event.json().root()[member].text()}];
  return all;
}

// What one context tells, and what another has on record once it has heard that.
struct Hearing {
  const char *from, *told, *to, *heard, *member;
};

// Each message is put on record as it is.
std::vector<Hearing> recorded() {
  std::vector<Hearing> all{
      {"rental", "AvailabilityChanged", "catalog", "AvailabilityChanged", "edition"},
      {"catalog", "EditionRegistered", "insight", "EditionRegistered", "edition"},
      {"catalog", "EditionDescribed", "insight", "EditionDescribed", "edition"}};
  for (const auto* type :
       {"RentalStarted", "RentalExtended", "BookReturned", "RentalExpired", "RentalCancelled"})
    for (const auto* to : {"insight", "customer"})
      all.push_back({"rental", type, to, type, "rental"});
  for (const auto* type :
       {"LicenceOffered", "OfferLapsed", "OfferTakenBack", "WaitingEnded", "LineLeft"})
    all.push_back({"rental", type, "insight", type, "customer"});
  return all;
}

// Something is done about it.
constexpr std::array heeded{
    Hearing{"catalog", "RentalTermsSet", "rental", "TermsSet", "edition"},
    Hearing{"catalog", "EditionFileSet", "rental", "FileExpected", "edition"},
    Hearing{"catalog", "EditionWithdrawn", "rental", "LendingStopped", "edition"},
    Hearing{"identity", "PersonRegistered", "customer", "ProfileOpened", "customer"},
    Hearing{"identity", "ErasureAsked", "customer", "ProfileClosed", "customer"},
    Hearing{"identity", "ErasureAsked", "rental", "BorrowingClosed", "customer"},
    Hearing{"identity", "PersonErased", "customer", "KeyDue", "customer"}};

// What is told of each rental, in its order.
std::map<std::string, std::string> story_of_rentals(const Logs& logs, const std::string& context,
                                                    const std::string& prefix) {
  static const std::set<std::string, std::less<>> told{
      "RentalStarted", "RentalExtended", "BookReturned", "RentalExpired", "RentalCancelled"};
  std::map<std::string, std::string> all;
  for (const auto& event : logs.of(context))
    if (event.type.starts_with(prefix) && told.contains(event.type.substr(prefix.size()))) {
      const auto& document = event.json();
      all[std::string{document.root()["rental"].text()}] += " " + event.type.substr(prefix.size());
    }
  return all;
}

}  // namespace

void check_deliveries(World& world, const Logs& logs) {
  for (const auto& [from, type, to, as, member] : recorded()) {
    const auto told = tally(logs, from, type, member);
    auto heard = tally(logs, to, fmt::format("madang.{}.v1.{}", from, as), member);
    for (const auto& [id, times] : told)
      if (const auto there = heard[id]; there != times)
        world.violate(fmt::format("{} told {} {} {} times, and {} heard it {} times", from, type,
                                  id, times, to, there));
    for (const auto& [id, times] : heard)
      if (!told.contains(id))
        world.violate(fmt::format("{} heard {} {}, which {} never told", to, type, id, from));
  }
  for (const auto& [from, type, to, as, member] : heeded) {
    const auto done = tally(logs, to, as, member);
    const auto* whose = std::string_view{from} == "identity" ? "person" : member;
    for (const auto& [id, times] : tally(logs, from, type, whose))
      if (!done.contains(id))
        world.violate(fmt::format("{} told {} {}, and {} did nothing", from, type, id, to));
  }
  for (const auto* to : {"insight", "customer"})
    for (const auto& [rental, told] : story_of_rentals(logs, "rental", ""))
      if (const auto heard = story_of_rentals(logs, to, "madang.rental.v1.")[rental]; heard != told)
        world.violate(
            fmt::format("of rental {} was told{}, and {} heard{}", rental, told, to, heard));
}

void check_identifiers(World& world, const Logs& logs) {
  std::map<std::string, std::string> taken;
  for (const auto& event : logs.of("catalog"))
    if (event.type == "EditionRegistered") {
      const auto& document = event.json();
      const auto identifier = document.root()["details"]["identifier"].json();
      if (!taken.emplace(identifier, event.stream).second)
        world.violate("two editions are registered as " + identifier);
    }
}

}  // namespace madang::simulation
