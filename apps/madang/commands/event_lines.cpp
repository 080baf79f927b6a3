#include "apps/madang/commands/event_lines.hpp"

#include "chassis/json/json.hpp"
#include "chassis/telemetry/time_text.hpp"
#include "kernel/id.hpp"

namespace madang::app {

std::string line_of(const std::string& context, const chassis::StoredEvent& event) {
  return telemetry::time_text(event.at) + ' ' + context + ' ' + std::to_string(event.position) +
         ' ' + event.type + ' ' + event.stream + " v" + std::to_string(event.version) + ' ' +
         event.payload;
}

std::string json_of(const std::string& context, const chassis::StoredEvent& event) {
  std::string json;
  chassis::JsonWriter to{json};
  const auto text = [&](std::string_view name, std::string_view value) {
    to.member(name);
    to.text(value);
  };
  const auto number = [&](std::string_view name, std::int64_t value) {
    to.member(name);
    to.integer(value);
  };
  to.begin_object();
  text("context", context);
  number("position", event.position);
  text("at", telemetry::time_text(event.at));
  text("stream", event.stream);
  number("version", event.version);
  text("type", event.type);
  number("schema", event.schema);
  text("command_id", kernel::uuid_text(event.command));
  number("ordinal", event.ordinal);
  text("causation", event.cause.causation);
  text("correlation", event.cause.correlation);
  text("traceparent", event.cause.traceparent);
  to.member("payload");
  to.raw(event.payload);
  to.end_object();
  return json;
}

}  // namespace madang::app
