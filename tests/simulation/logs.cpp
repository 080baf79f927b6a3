#include "tests/simulation/logs.hpp"

#include "chassis/ports/failures.hpp"

#include <fmt/format.h>

#include <utility>

namespace madang::simulation {

SoundDisk::SoundDisk(storage::SimDisk& disk)
    : faults_{disk.faults}, before_{std::exchange(faults_, {.yields_one_in = 0})} {}
SoundDisk::~SoundDisk() { faults_ = before_; }

// The newest that is known is read once more: it is still there, or what came after it is no use.
bool Logs::read_new() { return read_last(1, false); }

bool Logs::read_newest_again() {
  constexpr std::size_t newest = 300;
  return read_last(newest, true);
}

bool Logs::read_last(std::size_t known, bool power_was_lost) {
  was_busy_ = false;
  for (const auto* context : contexts) {
    const auto all = logs_[context].events.size();
    read(context, all - std::min(all, known), power_was_lost);
  }
  return !was_busy_;
}

bool Logs::read_again(bool power_was_lost) {
  was_busy_ = false;
  for (const auto* context : contexts) read(context, 0, power_was_lost);
  return !was_busy_;
}

void Readers::let_go(const Machine& machine) {
  std::erase_if(open_,
                [&](const auto& it) { return &world_.machine_of(it.first.first) == &machine; });
}

storage::Database& Readers::reader_of(const Machine& machine, const std::string& context,
                                      const std::string& file) {
  const auto found = open_.find({context, file});
  if (found != open_.end()) return found->second;
  storage::Database reader{machine.folder_of(context) + "/" + file, storage::Synchronous::normal,
                           storage::Open::read_only};
  return open_.emplace(std::pair{context, file}, std::move(reader)).first->second;
}

template <class Action>
void Logs::with_reader(const std::string& context, Action&& action) {
  try {
    readers_.with(context, "journal.db", action);
  } catch (const chassis::Unavailable&) {
    ++world_.counts["logs that were busy when they were looked at"];  // somebody recovers it: later
    was_busy_ = true;
  } catch (const std::exception& failure) {
    world_.violate(fmt::format("the log of {} cannot be read: {}", context, failure.what()));
  }
}

void Logs::read(const std::string& context, std::size_t from, bool power_was_lost) {
  with_reader(context, [&](storage::Database& db) {
    auto& known = logs_[context].events;
    auto rows = db.prepare(
        "SELECT e.position, s.name, e.version, e.type, e.at, e.payload"
        " FROM events e JOIN streams s ON s.id = e.stream WHERE e.position > ? ORDER BY e.position");
    auto read = from;
    const auto is_as_known = [&](const Event& it) {
      return it.position == rows.integer(0) && it.stream == rows.text(1) &&
             it.version == rows.integer(2) && it.type == rows.text(3) && it.at == rows.integer(4) &&
             it.payload == rows.text(5);
    };
    bool more = rows.bind(read).step();
    if (read != 0 && !(more && is_as_known(known[read]))) more = rows.bind(read = 0).step();
    for (; more && read < known.size() && is_as_known(known[read]); more = rows.step()) ++read;
    if (read < known.size()) {
      if (!power_was_lost)
        world_.violate(fmt::format("event {} of {} has changed or is gone", read + 1, context));
      cut(context, read);
    }
    for (; more; more = rows.step()) take(context, rows);
  });
}

// The newest events are no more.
void Logs::cut(const std::string& context, std::size_t size) {
  auto& log = logs_[context];
  ++log.cuts;
  for (; log.events.size() > size; log.events.pop_back()) --log.versions[log.events.back().stream];
}

void Logs::take(const std::string& context, const storage::Statement& row) {
  auto& log = logs_[context];
  Event event{.position = row.integer(0),
              .stream = std::string{row.text(1)},
              .version = row.integer(2),
              .type = std::string{row.text(3)},
              .at = row.integer(4),
              .payload = std::string{row.text(5)},
              .parsed = {}};
  const auto fault = [&](const char* what) {
    world_.violate(fmt::format("{} at {} of {}", what, event.position, context));
  };
  if (event.position != std::ssize(log.events) + 1) fault("a position is missing");
  if (event.version != ++log.versions[event.stream]) fault("a version is missing");
  if (!log.events.empty() && event.at < log.events.back().at) fault("log time runs backwards");
  auto document = chassis::JsonDocument::stored(event.payload);
  if (brought_to_newer_form(context, event.type, document))
    ++world_.counts["events in the form before the newest"];
  event.parsed = std::make_shared<const chassis::JsonDocument>(std::move(document));
  log.events.push_back(std::move(event));
}

std::vector<ParkedDelivery> Logs::parked() {
  std::vector<ParkedDelivery> all;
  for (const std::string context : contexts)
    with_reader(context, [&](storage::Database& db) {
      auto rows = db.prepare("SELECT number, consumer, key, cause FROM parked ORDER BY number");
      for (rows.bind(); rows.step();)
        all.push_back({context, rows.integer(0), std::string{rows.text(1)},
                       std::string{rows.text(2)}, std::string{rows.text(3)}});
    });
  return all;
}

std::size_t Logs::size() const {
  std::size_t all = 0;
  for (const auto& [context, log] : logs_) all += log.events.size();
  return all;
}

std::uint64_t Logs::hash() const {
  std::uint64_t hash = 14695981039346656037U;
  const auto add = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  };
  for (const auto& [context, log] : logs_)
    for (const auto& event : log.events) {
      add(fmt::format("{} {} {} {} {} ", context, event.position, event.stream, event.type,
                      event.at));
      add(event.payload);
    }
  return hash;
}

}  // namespace madang::simulation
