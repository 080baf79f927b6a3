#include <CLI/CLI.hpp>
#include <cstdio>
#include <deque>

#include "apps/madang/commands/commands.hpp"
#include "apps/madang/commands/data_folder.hpp"
#include "apps/madang/commands/event_lines.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/telemetry/trace.hpp"

namespace madang::app {
namespace {

using chassis::StoredEvent;

constexpr std::size_t read_max = 512;
constexpr auto look_every = std::chrono::milliseconds{200};

struct Asked {
  std::string data = "data", stream, type, context, trace;
  bool follow = false, json = false;

  // A stream ends with "/" when all of its kind are meant.
  [[nodiscard]] bool wants(const StoredEvent& event) const {
    if (!type.empty() && event.type != type) return false;
    if (!trace.empty() && telemetry::trace_id_in(event.cause.traceparent) != trace) return false;
    if (stream.ends_with('/')) return event.stream.starts_with(stream);
    return stream.empty() || event.stream == stream;
  }
};

// Reads one log from its beginning.
class LogCursor {
 public:
  explicit LogCursor(const Place& place) : name_{place.name()}, journal_{place.read_journal()} {}

  [[nodiscard]] const std::string& name() const { return name_; }
  // The next event, until it is taken; null at the head.
  const StoredEvent* next() {
    if (ahead_.empty())
      for (auto& event : journal_->after(position_, read_max)) {
        position_ = event.position;
        ahead_.push_back(std::move(event));
      }
    return ahead_.empty() ? nullptr : &ahead_.front();
  }
  void take() { ahead_.pop_front(); }

 private:
  std::string name_;
  std::unique_ptr<chassis::JournalReader> journal_;
  chassis::Position position_ = 0;
  std::deque<StoredEvent> ahead_;
};

// The one whose next event is the oldest; null when all are at their heads.
LogCursor* oldest(std::vector<LogCursor>& logs) {
  LogCursor* best = nullptr;
  for (auto& log : logs)
    if (log.next() && (!best || log.next()->at < best->next()->at)) best = &log;
  return best;
}

void print_what_is_there(std::vector<LogCursor>& logs, const Asked& asked) {
  while (auto* log = oldest(logs)) {
    const auto& event = *log->next();
    if (asked.wants(event))
      std::puts((asked.json ? json_of(log->name(), event) : line_of(log->name(), event)).c_str());
    log->take();
  }
  std::fflush(stdout);
}

int events(const Asked& asked) {
  const DataFolder folder{asked.data, Use::look};
  std::vector<LogCursor> logs;
  for (const auto& place : folder.places(asked.context)) logs.emplace_back(place);
  print_what_is_there(logs, asked);
  runtime::Threads runtime;
  while (asked.follow && std::ferror(stdout) == 0) {
    runtime.sleep(look_every);
    print_what_is_there(logs, asked);
  }
  return done;
}

}  // namespace

void add_events(CLI::App& program, Chosen& chosen) {
  auto* command = program.add_subcommand("events", "List events, the oldest first");
  const auto asked = std::make_shared<Asked>();
  command->add_flag("--follow", asked->follow, "go on with what happens, until interrupted");
  command->add_option("--stream", asked->stream, "TYPE/ID, or TYPE/ for all of that kind");
  command->add_option("--type", asked->type, "of event, for example RentalStarted");
  command->add_option("--trace", asked->trace, "trace id, as lines of the log have it");
  command->add_option("--context", asked->context, "of this context alone");
  command->add_option("--data", asked->data, "the data folder")->capture_default_str();
  command->add_flag("--json", asked->json, "print a JSON object per line");
  command->footer(
      "Works beside a running shop. Examples:\n"
      "  madang events --context catalog --type EditionRegistered\n"
      "  madang events --follow --stream Rental/ --json\n"
      "  madang events --trace 4bf92f3577b34da6a3ce929d0e0e4736");
  command->callback([&chosen, asked] { chosen = [asked] { return events(*asked); }; });
}

}  // namespace madang::app
