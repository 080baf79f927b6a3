#include "chassis/assembly/context.hpp"

#include "chassis/telemetry/trace.hpp"

namespace madang::chassis {

// What an event causes is shown below the command that recorded it.
Delivery delivery_of(const StoredEvent& event) {
  auto cause = event.cause;
  cause.traceparent = telemetry::with_span(std::move(cause.traceparent), event.command);
  return {"",       event.position,   event.type,       event.schema, event.stream,
          event.at, event.identity(), std::move(cause), event.payload};
}

Delivery delivery_of(const Message& message) {
  return {message.source,   message.position, message.type,   1, message.stream, message.at,
          message.identity, message.cause,    message.payload};
}

void Context::tell_processes(const std::string& type, const void* event, int ordinal,
                             Turn& turn) const {
  const auto found = processes_meeting.find(type);
  if (found == processes_meeting.end()) return;
  const auto identity = digest128({"event", turn.id().id, ordinal});
  for (const auto& meet : found->second) meet(event, identity, turn.id().cause, turn);
}

const StreamType& Context::stream_type(const std::string& type) const {
  const auto found = stream_types.find(type);
  if (found == stream_types.end()) throw Corrupt{name_ + " has no streams of type " + type};
  return *found->second;
}

int Context::schema_of(const std::string& type) const {
  const auto found = upcasters.find(type);
  return found == upcasters.end() ? 1 : found->second.back().from + 1;
}

JsonDocument Context::lifted(const std::string& type, int schema, std::string_view payload) const {
  auto document = JsonDocument::stored(payload);
  const auto found = upcasters.find(type);
  if (found == upcasters.end()) {
    if (schema != 1)
      throw Corrupt{type + " of schema " + std::to_string(schema) + " is from a newer release"};
    return document;
  }
  for (const auto& upcaster : found->second)
    if (upcaster.from == schema) {
      upcaster.lift(document);
      ++schema;
    }
  if (schema != schema_of(type))
    throw Corrupt{type + " of schema " + std::to_string(schema) + " cannot be lifted"};
  return document;
}

StoredForm Context::stored(const std::string& type, std::string payload) const {
  const auto found = still_written.find(type);
  if (found == still_written.end()) return {schema_of(type), std::move(payload)};
  auto document = JsonDocument::stored(payload);
  found->second.lower(document);
  return {found->second.to, document.root().json()};
}

std::set<std::string> Context::sources() const {
  std::set<std::string> all;
  for (const auto& consumer : consumers)
    for (const auto& source : consumer.sources)
      if (!source.empty()) all.insert(source);
  return all;
}

}  // namespace madang::chassis
