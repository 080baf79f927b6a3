#include "chassis/subscriptions/effects.hpp"

#include "chassis/json/json.hpp"

#include <algorithm>

namespace madang::chassis {
namespace {

constexpr std::size_t in_flight_max = 256;
constexpr runtime::Pauses pauses{std::chrono::milliseconds{50}, std::chrono::seconds{5}};
// What is passed over without an effect is written down only now and then.
constexpr Position note_every = 4096;

// As marks know whoever reads a delivery's key for this consumer.
std::string name_of_reader(const std::string& consumer) { return consumer + " reads a key"; }

}  // namespace

Effects::Effects(const Context& context, std::string source, Journal& journal,
                 runtime::Runtime& runtime, Log& log, Marks::Slot slot, telemetry::Tracer tracer)
    : source_{std::move(source)},
      journal_{journal},
      runtime_{runtime},
      log_{log},
      slot_{slot},
      tracer_{std::move(tracer)},
      // Roomy: what is given in answer to an outcome comes on top of in_flight_max.
      landed_{std::make_shared<runtime::Mailbox<Landed>>(runtime, 1'000'000)} {
  for (const auto& consumer : context.consumers)
    if (consumer.sources.contains(source_)) consumers_.push_back({&consumer, 0, false, {}});
}

void Effects::recover(JournalReader& reader) {
  for (auto& standing : consumers_)
    standing.checkpoint = reader.checkpoint(standing.consumer->name, source_);
  for (const auto& parked : reader.parked())
    for (auto& standing : consumers_)
      if (standing.consumer->name == parked.consumer && parked.source == source_)
        standing.parked[parked.key].insert(decode_delivery(parked.delivery).identity);
  noted_ = furthest();
}

std::set<std::string> Effects::types() const {
  std::set<std::string> types;
  for (const auto& standing : consumers_)
    for (const auto& [type, reaction] : standing.consumer->by_type) types.insert(type);
  return types;
}

Position Effects::position() const {
  Position least = INT64_MAX;
  for (const auto& standing : consumers_) least = std::min(least, standing.checkpoint);
  return consumers_.empty() ? 0 : least;
}

Position Effects::furthest() const {
  Position most = 0;
  for (const auto& standing : consumers_) most = std::max(most, standing.checkpoint);
  return most;
}

bool Effects::heed(const Switches& switches) {
  bool one_goes_on = false;
  for (auto& standing : consumers_) {
    const bool was_off = std::exchange(standing.is_off, switches.is_off(standing.consumer->name));
    one_goes_on |= was_off && !standing.is_off;
  }
  return one_goes_on;
}

void Effects::handle(const std::vector<Delivery>& deliveries, Position upto) {
  for (const auto& delivery : deliveries)
    for (auto& standing : consumers_)
      if (!standing.is_off && delivery.position > standing.checkpoint &&
          standing.consumer->by_type.contains(delivery.type))
        hand_over(standing, delivery);
  land_all();
  for (auto& standing : consumers_)
    if (!standing.is_off) standing.checkpoint = std::max(standing.checkpoint, upto);
}

void Effects::note_checkpoint() {
  const auto upto = furthest();
  if (!did_something_ && upto - noted_ < note_every) return;
  std::vector<std::pair<std::string, Position>> reached;
  reached.reserve(consumers_.size());
  for (const auto& standing : consumers_)
    reached.emplace_back(standing.consumer->name, standing.checkpoint);
  write_until_written([reached = std::move(reached), source = source_](JournalStore& store) {
    for (const auto& [consumer, at] : reached) store.put_checkpoint(consumer, source, at);
  });
  noted_ = upto;
  did_something_ = false;
}

void Effects::hand_over(Standing& standing, const Delivery& delivery) {
  const auto key = key_of(standing, delivery);
  if (standing.parked.contains(key)) {
    park(standing, delivery, key, {});
    return;
  }
  const auto place = std::pair{static_cast<const Standing*>(&standing), key};
  while (in_flight_.contains(place) || open_ >= in_flight_max) land_one();
  if (standing.parked.contains(key)) {  // by the one that was just settled
    park(standing, delivery, key, {});
    return;
  }
  const auto flight = std::make_shared<Flight>(Flight{&standing, delivery, key, 0, {}, {}});
  in_flight_[place] = flight;
  begin_span(*flight);
  std::vector<Give> gives;
  if (is_suspect(standing, delivery)) flight->reason = brought_the_process_down;
  else gives = react(*flight);
  did_something_ |= !gives.empty();
  flight->open = gives.size();
  open_ += gives.size();
  if (gives.empty()) finish(*flight);
  for (auto& give : gives) submit(flight, std::move(give));
}

bool Effects::is_suspect(const Standing& standing, const Delivery& delivery) const {
  const auto& name = standing.consumer->name;
  return slot_.suspects(name, delivery.identity) ||
         slot_.suspects(name_of_reader(name), delivery.identity);
}

// What could not be read stands under its stream, and so does all of that stream which comes after it. Reading the key
// has a mark of its own: what only cannot be handled is parked under its key, where nothing of it overtakes it.
std::string Effects::key_of(const Standing& standing, const Delivery& delivery) {
  if (standing.parked.contains(delivery.stream)) return delivery.stream;
  const auto& consumer = *standing.consumer;
  const auto reader = name_of_reader(consumer.name);
  if (!slot_.suspects(reader, delivery.identity)) try {
      const auto marked = slot_.mark(reader, delivery.identity);
      return consumer.by_type.at(delivery.type).key(delivery);
    } catch (const std::exception&) {
      // It cannot be read: nothing else of its stream may overtake it.
    }
  return delivery.stream;
}

std::vector<Give> Effects::react(Flight& flight) {
  const auto& consumer = *flight.standing->consumer;
  try {
    const auto marked = slot_.mark(consumer.name, flight.delivery.identity);
    return consumer.by_type.at(flight.delivery.type).react(flight.delivery);
  } catch (const std::exception& defect) {
    flight.reason = defect.what();
    return {};
  }
}

void Effects::submit(const std::shared_ptr<Flight>& flight, Give give) {
  auto id = give.id;
  const auto* rule = give.rule;
  auto command = give.command;
  journal_.submit({std::move(id), rule, std::move(command),
                   [landed = landed_, flight, give = std::move(give)](Result result) {
                     // Never full: no more are open than it holds.
                     static_cast<void>(landed->try_push({flight, give, std::move(result)}));
                   }});
}

void Effects::land_one() {
  auto landed = landed_->receive();
  auto& flight = *landed.flight;
  if (landed.result.kind == Result::Kind::unavailable) {
    flight.paused = pauses.after(flight.paused, runtime_);
    runtime_.sleep(flight.paused);
    submit(landed.flight, std::move(landed.give));
    return;
  }
  if (landed.result.kind != Result::Kind::decided) {
    flight.reason = landed.result.kind == Result::Kind::defect
                        ? landed.result.why
                        : "its command id stands for another command";
  } else {
    auto settled = landed.give.settle(landed.result);
    if (settled.park) flight.reason = std::move(settled.park);
    flight.open += settled.next.size();
    open_ += settled.next.size();
    for (auto& next : settled.next) submit(landed.flight, std::move(next));
  }
  --open_;
  if (--flight.open == 0) finish(flight);
}

void Effects::land_all() {
  while (!in_flight_.empty()) land_one();
}

void Effects::begin_span(Flight& flight) const {
  auto& cause = flight.delivery.cause;
  if (!tracer_.records(cause.traceparent)) return;
  const auto above = telemetry::TraceContext::of(cause.traceparent);
  flight.span =
      tracer_.begin(above, telemetry::SpanKind::consumer, flight.standing->consumer->name);
  flight.span->tags.emplace_back("event", flight.delivery.type);
  cause.traceparent = flight.span->context.traceparent();
}

void Effects::end_span(Flight& flight) const {
  if (!flight.span) return;
  if (flight.reason) {
    flight.span->failed = true;
    flight.span->tags.emplace_back("error", "parked");
  }
  tracer_.record(std::move(*flight.span));
  flight.span.reset();
}

void Effects::finish(Flight& flight) {
  end_span(flight);
  if (flight.reason) park(*flight.standing, flight.delivery, flight.key, *flight.reason);
  in_flight_.erase({flight.standing, std::string{flight.key}});
}

void Effects::park(Standing& standing, const Delivery& delivery, const std::string& key,
                   const std::string& cause) {
  // After a start a delivery comes again that was parked before its checkpoint was noted.
  if (!standing.parked[key].insert(delivery.identity).second) return;
  did_something_ = true;
  const auto parked = parked_now(standing.consumer->name, key, source_, delivery, cause, runtime_);
  write_until_written([parked](JournalStore& store) { store.park(parked); });
  log_.warn(cause.empty() ? "waits behind a parked delivery" : "parked a delivery",
            {{"consumer", standing.consumer->name},
             {"key", key},
             {"type", delivery.type},
             {"trace", telemetry::trace_id_in(delivery.cause.traceparent)},
             {"why", cause}});
}

void Effects::write_until_written(const std::function<void(JournalStore&)>& action) {
  for (runtime::Duration pause{}; !journal_.write(action);) {
    pause = pauses.after(pause, runtime_);
    runtime_.sleep(pause);
  }
}

void Effects::retry(JournalReader& reader, const std::string& consumer, const std::string& key) {
  const auto standing = std::ranges::find_if(
      consumers_, [&](const Standing& it) { return it.consumer->name == consumer; });
  if (standing == consumers_.end()) return;
  std::vector<Parked> waiting;
  for (auto& parked : reader.parked())
    if (parked.consumer == consumer && parked.key == key && parked.source == source_)
      waiting.push_back(std::move(parked));
  auto& identities = standing->parked[key];
  identities.clear();
  for (const auto& parked : waiting) identities.insert(decode_delivery(parked.delivery).identity);
  for (const auto& parked : waiting) {
    const auto delivery = decode_delivery(parked.delivery);
    const auto tell = [&](std::string_view what, std::string_view why) {
      log_.warn(what, {{"consumer", consumer},
                       {"key", key},
                       {"type", delivery.type},
                       {"trace", telemetry::trace_id_in(delivery.cause.traceparent)},
                       {"why", why}});
    };
    if (const auto reason = handle_again(*standing, delivery, key)) {
      tell("a parked delivery failed again", *reason);
      write_until_written([number = parked.number, why = *reason, now = now_of(runtime_)](
                              JournalStore& store) { store.note_attempt(number, why, now); });
      return;
    }
    write_until_written([number = parked.number](JournalStore& store) { store.unpark(number); });
    tell("a parked delivery was handled", {});
    identities.erase(delivery.identity);
    did_something_ = true;
  }
  standing->parked.erase(key);
}

std::optional<std::string> Effects::handle_again(Standing& standing, const Delivery& delivery,
                                                 const std::string& key) {
  const auto flight = std::make_shared<Flight>(Flight{&standing, delivery, key, 0, {}, {}});
  begin_span(*flight);
  auto gives = react(*flight);      // suspect or not: a person has judged that it can be handled
  flight->open = gives.size() + 1;  // so that it is not finished, and parked under a new number
  open_ += gives.size();
  for (auto& give : gives) submit(flight, std::move(give));
  while (flight->open > 1) land_one();
  end_span(*flight);
  return flight->reason;
}

Instant now_of(runtime::Runtime& runtime) {
  return std::chrono::floor<std::chrono::milliseconds>(runtime.now());
}

Parked parked_now(const std::string& consumer, const std::string& key, const std::string& source,
                  const Delivery& delivery, const std::string& cause, runtime::Runtime& runtime) {
  const auto now = now_of(runtime);
  const bool failed = !cause.empty();
  return {0,
          consumer,
          key,
          source,
          delivery.position,
          encode_delivery(delivery),
          cause,
          failed ? 1 : 0,
          now,
          failed ? now : Instant{},
          cause};
}

std::string encode_delivery(const Delivery& it) {
  std::string json;
  JsonWriter to{json};
  to.begin_object();
  to.text("source", it.source);
  to.integer("position", it.position);
  to.text("type", it.type);
  to.integer("schema", it.schema);
  to.text("stream", it.stream);
  to.integer("at", it.at.time_since_epoch().count());
  to.text("identity", kernel::uuid_text(it.identity));
  to.text("causation", it.cause.causation);
  to.text("correlation", it.cause.correlation);
  to.text("traceparent", it.cause.traceparent);
  to.text("payload", it.payload);
  to.end_object();
  return json;
}

Delivery decode_delivery(std::string_view json) {
  const auto document = JsonDocument::stored(json);
  const auto from = document.root();
  const auto text = [&](std::string_view name) { return std::string{from[name].text()}; };
  const auto identity = kernel::parse_uuid(from["identity"].text());
  if (!identity) throw Corrupt{"a parked delivery has no identity"};
  return {text("source"), from["position"].integer(),
          text("type"),   static_cast<int>(from["schema"].integer()),
          text("stream"), Instant{std::chrono::milliseconds{from["at"].integer()}},
          *identity,      {text("causation"), text("correlation"), text("traceparent")},
          text("payload")};
}

}  // namespace madang::chassis
