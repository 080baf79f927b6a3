#include "tests/simulation/sabotage.hpp"

#include <memory>
#include <string>

namespace madang::simulation {
namespace {

using chassis::Context, chassis::Delivery, chassis::StoredEvent, chassis::Turn;

// Every n-th time.
std::function<bool()> each(int n) {
  return [n, count = std::make_shared<int>(0)] { return ++*count % n == 0; };
}

// The state of a stream takes no notice of events of this type.
void forget(Context& context, const std::string& stream, const std::string& type) {
  if (const auto found = context.stream_types.find(stream); found != context.stream_types.end())
    found->second->evolve = [evolve = found->second->evolve, type](void* state,
                                                                   const StoredEvent& event) {
      if (event.type != type) evolve(state, event);
    };
}
std::function<void(Context&)> forgetting(std::string stream, std::string type) {
  return [stream = std::move(stream), type = std::move(type)](Context& context) {
    forget(context, stream, type);
  };
}

// This context's consumers do nothing about each n-th message of those with such names.
std::function<void(Context&)> losing(std::string heard_by, std::string named, int n) {
  return [heard_by = std::move(heard_by), named = std::move(named), n](Context& context) {
    if (context.name() != heard_by) return;
    for (auto& consumer : context.consumers)
      for (auto& [type, reaction] : consumer.by_type)
        if (type.starts_with(named))
          reaction.react = [react = reaction.react, lost = each(n)](const Delivery& delivery) {
            return lost() ? std::vector<chassis::Give>{} : react(delivery);
          };
  };
}

// A repeat of a delivery is another command: nothing remembers that it was handled.
void forget_the_inbox(Context& context) {
  const auto count = std::make_shared<std::int64_t>(0);
  for (auto& consumer : context.consumers)
    for (auto& [type, reaction] : consumer.by_type)
      reaction.react = [react = reaction.react, count](const Delivery& delivery) {
        auto gives = react(delivery);
        for (auto& give : gives) give.id.id = chassis::digest128({"another", give.id.id, ++*count});
        return gives;
      };
}

void skip_when_publishing(Context& context) {
  for (auto& [type, published] : context.published)
    if (type == "RentalStarted")
      published.map = [map = published.map, skips = each(5)](const Delivery& delivery) {
        return skips() ? std::vector<chassis::Message>{} : map(delivery);
      };
}

// Read models whose rows depend on more than events.
void fold_by_chance(Context& context) {
  for (auto& projection : context.projections)
    projection.fold = [fold = projection.fold, skips = each(9)](const Delivery& delivery,
                                                                const auto& find) {
      return skips() ? chassis::ProjectionType::Folded{} : fold(delivery, find);
    };
}

// Processes do not meet each n-th event of this type.
std::function<void(Context&)> missing(std::string type, int n) {
  return [type = std::move(type), n](Context& context) {
    for (auto& meet : context.processes_meeting[type])
      meet = [meet, skips = each(n)](const void* event, const chassis::Digest128& identity,
                                     const chassis::Cause& cause, Turn& turn) {
        if (!skips()) meet(event, identity, cause, turn);
      };
  };
}

}  // namespace

std::vector<Sabotage> sabotages() {
  return {
      {.name = "no-fsync", .what = "commits are synced by nobody", .syncs_lie = true},
      {.name = "hold-forgotten",
       .what = "a pool takes no notice of holds",
       .alter = forgetting("LicencePool", "LicenceHeld")},
      {.name = "loan-forgotten",
       .what = "a pool takes no notice of what it lends",
       .alter = forgetting("LicencePool", "LicenceLent")},
      {.name = "return-forgotten",
       .what = "a rental that was given back goes on",
       .alter = forgetting("Rental", "BookReturned")},
      {.name = "refund-forgotten",
       .what = "a payment does not know that it owes a refund",
       .alter = forgetting("Payment", "RefundDue")},
      {.name = "delivery-lost",
       .what = "a consumer leaves one in seven out",
       .alter = losing("insight", "madang.", 7)},
      {.name = "terms-missed",
       .what = "rental leaves one in three of what the catalog tells out",
       .alter = losing("rental", "madang.catalog.", 3)},
      {.name = "newcomer-missed",
       .what = "customer leaves one in seven of what identity tells out",
       .alter = losing("customer", "madang.identity.", 7)},
      {.name = "inbox-check-off",
       .what = "a delivery that comes again is handled again",
       .alter = forget_the_inbox},
      {.name = "cancelled-not-paid-back",
       .what = "nobody sees to the money of who cancels a rental",
       .alter = missing("RentalCancelled", 1)},
      {.name = "start-missed",
       .what = "one in five holds has no process that sees to its payment",
       .alter = missing("LicenceHeld", 5)},
      {.name = "publisher-skips", .what = "one in five is not told", .alter = skip_when_publishing},
      {.name = "fold-by-chance", .what = "one in nine is not shown", .alter = fold_by_chance},
  };
}

}  // namespace madang::simulation
