#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "apps/madang/commands/commands.hpp"
#include "apps/madang/commands/data_folder.hpp"
#include "apps/madang/commands/engines.hpp"
#include "chassis/json/json.hpp"
#include "chassis/subscriptions/views.hpp"

namespace madang::app {
namespace {

using chassis::Parked, chassis::ParkedRow;

constexpr auto retry_within = std::chrono::seconds{30};

struct Asked {
  std::string data = "data", context;
  std::int64_t number = 0;
  bool json = false;
};

std::string json_of(const std::string& context, const Parked& it) {
  std::string json;
  chassis::JsonWriter to{json};
  const auto text = [&](std::string_view name, std::string_view value) {
    to.member(name);
    to.text(value);
  };
  to.begin_object();
  text("context", context);
  to.member("number");
  to.integer(it.number);
  text("consumer", it.consumer);
  text("key", it.key);
  text("source", it.source.empty() ? context : it.source);
  to.member("position");
  to.integer(it.position);
  text("cause", it.cause);
  to.member("attempts");
  to.integer(it.attempts);
  to.member("delivery");
  to.raw(it.delivery);
  to.end_object();
  return json;
}

std::string line_of(const std::string& context, const Parked& it) {
  return context + ' ' + std::to_string(it.number) + ' ' + it.consumer + ' ' + it.key + ": " +
         (it.cause.empty() ? "waits behind the one before" : it.cause);
}

std::string json_of(const std::string& context, const ParkedRow& it) {
  std::string json;
  chassis::JsonWriter to{json};
  const auto text = [&](std::string_view name, std::string_view value) {
    to.member(name);
    to.text(value);
  };
  to.begin_object();
  text("context", context);
  text("read_model", it.projection);
  text("key", it.key);
  to.member("position");
  to.integer(it.position);
  text("cause", it.cause);
  to.end_object();
  return json;
}

std::string line_of(const std::string& context, const ParkedRow& it) {
  return context + " read model " + it.projection + ' ' + it.key + ": " +
         (it.cause.empty() ? "waits behind the one before" : it.cause);
}

int list(const Asked& asked) {
  const DataFolder folder{asked.data, Use::look};
  for (const auto& place : folder.places(asked.context)) {
    const auto print = [&](const auto& it) {
      std::puts((asked.json ? json_of(place.name(), it) : line_of(place.name(), it)).c_str());
    };
    std::ranges::for_each(place.read_journal()->parked(), print);
    if (std::filesystem::exists(place.views_path()))
      std::ranges::for_each(chassis::ViewsReader{place.views_path()}.parked(), print);
  }
  return done;
}

const Parked* find(const std::vector<Parked>& all, std::int64_t number) {
  const auto found = std::ranges::find(all, number, &Parked::number);
  return found == all.end() ? nullptr : &*found;
}

Parked must_find(chassis::Engine& engine, const Asked& asked) {
  const auto all = engine.parked();
  if (const auto* it = find(all, asked.number)) return *it;
  throw Refused{"nothing is parked in " + asked.context + " under the number " +
                std::to_string(asked.number)};
}

int retry(const Asked& asked) {
  const DataFolder folder{asked.data, Use::change};
  static_cast<void>(folder.places(asked.context));
  Engines engines{folder.places()};
  auto& engine = engines.of(asked.context);
  const auto before = must_find(engine, asked);
  engine.retry_parked(before.consumer, before.key);
  for (const auto deadline = engines.runtime().now() + retry_within;
       engines.runtime().now() < deadline;) {
    const auto all = engine.parked();
    const auto* it = find(all, asked.number);
    if (!it) {
      static_cast<void>(engine.settle(deadline));
      std::puts("handled");
      return done;
    }
    if (it->attempts > before.attempts) throw Refused{"it failed again: " + it->cause};
    engines.runtime().sleep(std::chrono::milliseconds{20});
  }
  throw Refused{"it was not tried again in time; what it waits behind may have failed"};
}

int discard(const Asked& asked) {
  const DataFolder folder{asked.data, Use::change};
  static_cast<void>(folder.places(asked.context));
  Engines engines{folder.places()};
  auto& engine = engines.of(asked.context);
  static_cast<void>(must_find(engine, asked));
  if (!engine.discard_parked(asked.number))
    throw Cannot{"the journal took no write; nothing was discarded"};
  std::puts("discarded");
  return done;
}

void add_number(CLI::App& command, Asked& asked) {
  command.add_option("context", asked.context, "as the list shows it")->required();
  command.add_option("number", asked.number, "as the list shows it")->required();
}

}  // namespace

void add_parked(CLI::App& program, Chosen& chosen) {
  auto* command = program.add_subcommand(
      "parked", "Deliveries that could not be handled, and what waits behind them");
  const auto asked = std::make_shared<Asked>();
  command->require_subcommand(1);
  command->fallthrough();
  command->add_option("--data", asked->data, "the data folder")->capture_default_str();
  auto* listing = command->add_subcommand("list", "List them; works beside a running shop");
  listing->add_option("--context", asked->context, "of this context alone");
  listing->add_flag("--json", asked->json, "print a JSON object per line");
  listing->callback([&chosen, asked] { chosen = [asked] { return list(*asked); }; });
  auto* retrying = command->add_subcommand(
      "retry", "Try it again, with what waits behind it; the shop must be stopped");
  add_number(*retrying, *asked);
  retrying->callback([&chosen, asked] { chosen = [asked] { return retry(*asked); }; });
  auto* discarding =
      command->add_subcommand("discard", "Give it up, for good; the shop must be stopped");
  add_number(*discarding, *asked);
  discarding->callback([&chosen, asked] { chosen = [asked] { return discard(*asked); }; });
  command->footer(
      "A row of a read model has no number: `madang rebuild` folds it again. Examples:\n"
      "  madang parked list --json\n"
      "  madang parked retry rental 7\n"
      "  madang parked discard rental 7 --data /srv/madang");
}

}  // namespace madang::app
