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
  to.begin_object();
  to.text("context", context);
  to.integer("position", event.position);
  to.text("at", telemetry::time_text(event.at));
  to.text("stream", event.stream);
  to.integer("version", event.version);
  to.text("type", event.type);
  to.integer("schema", event.schema);
  to.text("command_id", kernel::uuid_text(event.command));
  to.integer("ordinal", event.ordinal);
  to.text("causation", event.cause.causation);
  to.text("correlation", event.cause.correlation);
  to.text("traceparent", event.cause.traceparent);
  to.raw("payload", event.payload);
  to.end_object();
  return json;
}

}  // namespace madang::app
