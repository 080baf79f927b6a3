// Who did what. Most of it the logs tell already: an event knows its command, and the command's outcome is kept under
// the requests of the person who gave it. What operators do at the machine itself stands among each journal's acts.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>

#include "apps/madang/commands/commands.hpp"
#include "apps/madang/commands/data_folder.hpp"
#include "chassis/json/json.hpp"
#include "chassis/storage/sqlite.hpp"
#include "chassis/telemetry/time_text.hpp"
#include "chassis/telemetry/trace.hpp"

namespace madang::app {
namespace {

struct Asked {
  std::string data = "data", context, since, person;
  bool json = false;
};

struct Entry {
  std::string at, context, who, what, about, why, trace;
};

// What is told of an event: nothing that is sealed, since ids are enough to find the rest.
struct Told {
  std::string_view type, what;
  std::array<std::string_view, 2> about;
  std::string_view by{};  // the member that names who; else whose request it was
};
constexpr std::array told{
    Told{"RoleGiven", "gave a role", {"role", "person"}, "by"},
    Told{"RoleTaken", "took a role", {"role", "person"}, "by"},
    Told{"PasswordChanged", "changed their password", {"person", ""}, "person"},
    Told{"PasswordResetBegun", "let someone choose another password", {"person", ""}, "by"},
    Told{"PasswordReset", "chose another password with a code", {"person", ""}, "person"},
    Told{"SecondFactorConfirmed", "set up a second factor", {"person", ""}, "person"},
    Told{"RecoveryCodeUsed", "signed in with a recovery code", {"person", ""}, "person"},
    Told{"SecondFactorRemoved", "removed their second factor", {"person", ""}, "person"},
    Told{"SecondFactorRemovedByOperator",
         "removed someone's second factor",
         {"person", "why"},
         "by"},
    Told{"SessionsEndedByOperator", "ended every session of someone", {"person", "why"}, "by"},
    Told{"ExportAsked", "asked for what is held about someone", {"person", ""}, "account"},
    Told{"ErasureAsked", "asked to be forgotten", {"person", ""}},
    Told{"PersonForgotten", "was forgotten", {"person", ""}, "person"},
    Told{"PriceRevised", "set a price", {"edition", "price"}},
    Told{"RentalTermsSet", "set rental terms", {"edition", "terms"}},
    Told{"EditionWithdrawn", "withdrew an edition", {"edition", ""}},
    Told{"RefundAsked", "gave a payment back", {"payment", "reason"}, "asked_by"},
};

// Of the stream under which the outcome of the command is kept. Empty: no request of a person's.
std::string who_asked(std::string_view home) {
  constexpr std::string_view requests = "requests/", of_the_machine = "operator-";
  if (!home.starts_with(requests)) return {};
  home.remove_prefix(requests.size());
  if (!home.starts_with(of_the_machine)) return std::string{home};
  home.remove_prefix(of_the_machine.size());
  return "the machine, by `operator " + std::string{home} + "`";
}

std::string member_of(const chassis::JsonView& payload, std::string_view name) {
  const auto found = payload.find(name);
  if (!found || found->is_null()) return {};
  return found->is_text() ? std::string{found->text()} : found->json();
}

void add_events(const Place& place, std::vector<Entry>& entries) {
  storage::Database journal{place.journal_path(), storage::Synchronous::normal,
                            storage::Open::read_only};
  std::string types;
  for (const auto& it : told) types += (types.empty() ? "'" : ",'") + std::string{it.type} + "'";
  auto rows = journal.prepare_once(
      "SELECT e.at, e.type, e.payload, e.traceparent, coalesce(h.name, '') FROM events e"
      " LEFT JOIN outcomes o ON o.command_id = e.command_id LEFT JOIN streams h ON h.id = o.home"
      " WHERE e.type IN (" +
      types + ") ORDER BY e.position");
  for (rows.bind(); rows.step();) {
    const auto it = std::ranges::find(told, rows.text(1), &Told::type);
    const auto payload = chassis::JsonDocument::stored(rows.text(2));
    auto who = it->by.empty() ? std::string{} : member_of(payload.root(), it->by);
    if (who.empty()) who = who_asked(rows.text(4));
    if (who.empty()) continue;  // an import's, which is an act itself, or a policy's
    std::string about;
    for (const auto& name : it->about)
      if (!name.empty()) about += (about.empty() ? "" : " ") + member_of(payload.root(), name);
    entries.push_back(
        {telemetry::time_text(kernel::Instant{std::chrono::milliseconds{rows.integer(0)}}),
         place.name(),
         std::move(who),
         std::string{it->what},
         std::move(about),
         {},
         std::string{telemetry::trace_id_in(rows.text(3))}});
  }
}

void add_acts(const Place& place, std::vector<Entry>& entries) {
  for (const auto& act : place.read_journal()->acts())
    entries.push_back(
        {telemetry::time_text(act.at), place.name(), act.who, act.what, act.about, act.why, {}});
}

std::string line_of(const Entry& it) {
  return it.at + ' ' + it.context + ' ' + it.who + ' ' + it.what +
         (it.about.empty() ? "" : ": " + it.about) + (it.why.empty() ? "" : " (" + it.why + ')') +
         (it.trace.empty() ? "" : " trace " + it.trace);
}

std::string json_of(const Entry& it) {
  std::string json;
  chassis::JsonWriter to{json};
  to.begin_object();
  to.text("at", it.at);
  to.text("context", it.context);
  to.text("who", it.who);
  to.text("what", it.what);
  to.text("about", it.about);
  to.text("why", it.why);
  to.text("trace", it.trace);
  to.end_object();
  return json;
}

int audit(const Asked& asked) {
  const DataFolder folder{asked.data, Use::look};
  std::vector<Entry> entries;
  for (const auto& place : folder.places(asked.context)) {
    add_events(place, entries);
    add_acts(place, entries);
  }
  std::ranges::stable_sort(entries, {}, &Entry::at);
  for (const auto& it : entries) {
    if (it.at < asked.since) continue;
    if (!asked.person.empty() && it.who != asked.person &&
        it.about.find(asked.person) == std::string::npos)
      continue;
    std::puts((asked.json ? json_of(it) : line_of(it)).c_str());
  }
  return done;
}

}  // namespace

void add_audit(CLI::App& program, Chosen& chosen) {
  auto* command = program.add_subcommand(
      "audit",
      "Who did what: roles, prices, terms, money given back, exports, parts, parked messages, keys");
  const auto asked = std::make_shared<Asked>();
  command
      ->add_option("--since", asked->since,
                   "a day or a moment of UTC: 2026-07-15, 2026-07-15T09:00")
      ->check([](const std::string& text) {
        const bool begins_with_a_day = text.size() >= 10 && text[4] == '-' && text[7] == '-';
        return std::string{begins_with_a_day ? "" : "not a day such as 2026-07-15"};
      });
  command->add_option("--person", asked->person, "what this account did, or was done to it");
  command->add_option("--context", asked->context, "of this context alone");
  command->add_option("--data", asked->data, "the data folder")->capture_default_str();
  command->add_flag("--json", asked->json, "print a JSON object per line");
  command->footer(
      "In order of time. People are ids; who worked at the machine itself is an account of it. Examples:\n"
      "  madang audit --since 2026-07-01\n"
      "  madang audit --person 0198c0de-0000-7000-8000-000000000001 --json");
  command->callback([&chosen, asked] { chosen = [asked] { return audit(*asked); }; });
}

}  // namespace madang::app
