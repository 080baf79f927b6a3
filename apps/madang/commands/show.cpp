#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>

#include "apps/madang/commands/commands.hpp"
#include "apps/madang/commands/data_folder.hpp"
#include "apps/madang/commands/event_lines.hpp"
#include "chassis/json/json.hpp"
#include "chassis/telemetry/time_text.hpp"
#include "contracts/support/rules.hpp"

namespace madang::app {
namespace {

using chassis::StoredEvent;

struct Asked {
  std::string data = "data", stream, at, context;
  bool json = false;
};

struct Found {
  Place place;
  std::vector<StoredEvent> events;
};

Found find_stream(const DataFolder& folder, const Asked& asked) {
  std::vector<Found> found;
  for (const auto& place : folder.places(asked.context)) {
    auto events = place.read_journal()->stream(asked.stream);
    if (!events.empty()) found.push_back({place, std::move(events)});
  }
  if (found.empty()) throw Refused{"no context has a stream " + asked.stream};
  if (found.size() > 1)
    throw NotUnderstood{asked.stream + " is in " + found[0].place.name() + " and in " +
                        found[1].place.name() + "; say which with --context"};
  return std::move(found.front());
}

// The folded state as JSON; nothing for a stream that no aggregate or process reads.
std::optional<std::string> state_of(const chassis::Context& context, const std::string& stream,
                                    const std::vector<StoredEvent>& events) {
  const auto type = context.stream_types.find(stream.substr(0, stream.find('/')));
  if (type == context.stream_types.end()) return std::nullopt;
  const auto state = type->second->empty();
  for (const auto& event : events) type->second->evolve(state.get(), event);
  return type->second->encode(state.get());
}

void print_json(const Found& found, const Asked& asked, const std::optional<std::string>& state) {
  std::string json;
  chassis::JsonWriter to{json};
  to.begin_object();
  to.text("context", found.place.name());
  to.text("stream", asked.stream);
  to.integer("version", static_cast<std::int64_t>(found.events.size()));
  to.raw("state", state.value_or("null"));
  to.member("events");
  to.begin_array();
  for (const auto& event : found.events) to.raw(json_of(found.place.name(), event));
  to.end_array();
  to.end_object();
  std::puts(json.c_str());
}

int show(const Asked& asked) {
  std::optional<kernel::Instant> at;
  if (!asked.at.empty() && !(at = contracts::parse_instant(asked.at)))
    throw NotUnderstood{"--at takes a moment such as 2026-07-15T09:00:00.000Z"};
  const DataFolder folder{asked.data, Use::look};
  auto found = find_stream(folder, asked);
  if (at) std::erase_if(found.events, [&](const StoredEvent& event) { return event.at > *at; });
  if (found.events.empty())
    throw Refused{asked.stream + " begins after " + telemetry::time_text(*at)};
  const auto state = state_of(*found.place.context, asked.stream, found.events);
  if (asked.json) {
    print_json(found, asked, state);
    return done;
  }
  for (const auto& event : found.events) std::puts(line_of(found.place.name(), event).c_str());
  if (state) std::printf("state after version %zu: %s\n", found.events.size(), state->c_str());
  return done;
}

}  // namespace

void add_show(CLI::App& program, Chosen& chosen) {
  auto* command =
      program.add_subcommand("show", "Show the events of a stream and the state they lead to");
  const auto asked = std::make_shared<Asked>();
  command->add_option("stream", asked->stream, "TYPE/ID, for example Edition/<uuid>")->required();
  command->add_option("--at", asked->at, "as it was at this moment (RFC 3339, UTC)");
  command->add_option("--context", asked->context, "look only there");
  command->add_option("--data", asked->data, "the data folder")->capture_default_str();
  command->add_flag("--json", asked->json, "print one JSON object");
  command->footer(
      "Works beside a running shop. Examples:\n"
      "  madang show Edition/0195f2d0-5a3c-8a11-9c2e-4b7d0c6e1f20\n"
      "  madang show Rental/0195f2d0-5a3c-8a11-9c2e-4b7d0c6e1f20 --at 2026-07-15T09:00:00.000Z --json");
  command->callback([&chosen, asked] { chosen = [asked] { return show(*asked); }; });
}

}  // namespace madang::app
