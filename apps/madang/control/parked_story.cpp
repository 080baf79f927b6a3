#include "apps/madang/control/parked_story.hpp"

#include "chassis/json/json.hpp"
#include "chassis/subscriptions/effects.hpp"
#include "chassis/telemetry/time_text.hpp"

namespace madang::app {
namespace {

using chassis::Parked;

const std::string& source_of(const std::string& context, const Parked& it) {
  return it.source.empty() ? context : it.source;
}

// Of what was parked before these were noted, nobody knows.
std::string moment(chassis::Instant at) {
  return at == chassis::Instant{} ? "at a time not noted" : telemetry::time_text(at);
}

}  // namespace

std::string line_of(const std::string& context, const Parked& it) {
  return context + ' ' + std::to_string(it.number) + ' ' + it.consumer + ' ' + it.key + ": " +
         (it.cause.empty() ? "waits behind the one before" : it.cause);
}

std::string story_of(const std::string& context, const Parked& it) {
  const auto type = chassis::JsonDocument::stored(it.delivery).root().find("type");
  auto story = line_of(context, it) + "\n  " + (type ? std::string{type->text()} : "a delivery") +
               ", position " + std::to_string(it.position) + " of " + source_of(context, it) +
               ", parked " + moment(it.parked_at) + '\n';
  if (it.attempts == 0) return story + "  not tried yet\n";
  story += "  tried " + std::to_string(it.attempts) + (it.attempts == 1 ? " time" : " times") +
           ", last " + moment(it.failed_at) + '\n';
  if (!it.first_cause.empty() && it.first_cause != it.cause)
    story += "  at first: " + it.first_cause + '\n';
  return story;
}

std::string json_of(const std::string& context, const Parked& it) {
  std::string json;
  chassis::JsonWriter to{json};
  const auto time = [&](std::string_view name, chassis::Instant at) {
    to.member(name);
    if (at == chassis::Instant{}) to.null();
    else to.text(telemetry::time_text(at));
  };
  to.begin_object();
  to.text("context", context);
  to.integer("number", it.number);
  to.text("consumer", it.consumer);
  to.text("key", it.key);
  to.text("source", source_of(context, it));
  to.integer("position", it.position);
  to.text("cause", it.cause);
  to.text("first_cause", it.first_cause);
  to.integer("attempts", it.attempts);
  time("parked_at", it.parked_at);
  time("failed_at", it.failed_at);
  to.raw("delivery", it.delivery);
  to.end_object();
  return json;
}

}  // namespace madang::app
