#include "chassis/bus/record.hpp"

#include "chassis/forms/form.hpp"
#include "contracts/messages/bus_v1.hpp"

namespace madang::chassis {
namespace {

using bus::v1::Envelope;

Envelope envelope_of(const Record& record) {
  return {.id = {},
          .type = {},
          .source = record.source,
          .incarnation = record.incarnation,
          .slice = 0,
          .position = static_cast<std::uint64_t>(record.position),
          .previous = static_cast<std::uint64_t>(record.previous),
          .at = record.at,
          .causation = {},
          .correlation = {},
          .traceparent = {},
          .payload = {},
          .stream = {}};
}

Message message_of(Envelope&& from) {
  const auto identity = kernel::parse_uuid(from.id);
  if (!identity) throw Corrupt{"a message on the bus has no identity"};
  return {.type = std::move(from.type),
          .source = std::move(from.source),
          .incarnation = std::move(from.incarnation),
          .slice = static_cast<int>(from.slice),
          .position = static_cast<Position>(from.position),
          .stream = std::move(from.stream),
          .at = from.at,
          .identity = *identity,
          .cause = {std::move(from.causation), std::move(from.correlation),
                    std::move(from.traceparent)},
          .payload = std::move(from.payload)};
}

}  // namespace

std::string encode_record(const Record& record) {
  std::vector<Envelope> envelopes;
  for (const auto& message : record.messages) {
    auto& to = envelopes.emplace_back(envelope_of(record));
    to.id = kernel::uuid_text(message.identity);
    to.type = message.type;
    to.slice = static_cast<std::uint32_t>(message.slice);
    to.causation = message.cause.causation;
    to.correlation = message.cause.correlation;
    to.traceparent = message.cause.traceparent;
    to.payload = message.payload;
    to.stream = message.stream;
  }
  if (envelopes.empty()) envelopes.push_back(envelope_of(record));
  return encode(envelopes);
}

Record decode_record(std::string_view bytes) {
  auto envelopes = decode<std::vector<Envelope>>(bytes);
  if (envelopes.empty()) throw Corrupt{"a record on the bus is empty"};
  const auto& first = envelopes.front();
  Record record{.source = first.source,
                .incarnation = first.incarnation,
                .position = static_cast<Position>(first.position),
                .previous = static_cast<Position>(first.previous),
                .at = first.at,
                .messages = {}};
  for (auto& envelope : envelopes)
    if (!envelope.type.empty()) record.messages.push_back(message_of(std::move(envelope)));
  return record;
}

}  // namespace madang::chassis
