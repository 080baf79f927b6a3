#include "apps/madang/control/restore.hpp"

#include <span>
#include <sstream>
#include <vector>

#include "apps/madang/control/copies.hpp"
#include "apps/madang/control/exits.hpp"
#include "apps/madang/control/restored.hpp"
#include "chassis/control/control_socket.hpp"
#include "chassis/json/json.hpp"
#include "chassis/storage/sqlite.hpp"
#include "kernel/id.hpp"
#include "kernel/instant.hpp"

namespace madang::app {
namespace {

struct Log {
  std::string context, incarnation, next_incarnation;
  std::int64_t position = 0;
};

std::string new_incarnation(runtime::Runtime& runtime) {
  kernel::IdBytes bytes{};
  runtime.fill_random(std::as_writable_bytes(std::span{bytes}));
  return kernel::uuid_text(bytes);
}

std::vector<Log> logs_in(storage::FileSystem& files, const std::string& backup) {
  const auto manifest = files.read(backup + "/backup.json");
  if (!manifest)
    throw Refused{backup + " is no backup, or none that is whole: it has no backup.json"};
  const auto document = chassis::JsonDocument::stored(*manifest);
  if (document.root()["version"].integer() != 1)
    throw Refused{backup + " was made by a newer program"};
  const auto contexts = document.root()["contexts"];
  std::vector<Log> logs;
  logs.reserve(contexts.size());
  for (std::size_t i = 0; i < contexts.size(); ++i)
    logs.push_back({std::string{contexts.at(i)["context"].text()},
                    std::string{contexts.at(i)["incarnation"].text()},
                    {},
                    contexts.at(i)["position"].integer()});
  return logs;
}

// Nobody who was erased after the backup was made may come back by it.
std::vector<std::string> erased_in(storage::FileSystem& files, const std::string& keys) {
  const auto list = files.read(keys + "/erased");
  if (!list)
    throw Refused{keys +
                  " has no list of the erased, without which nothing is restored: make it with "
                  "`madang backup keys`"};
  std::istringstream lines{*list};
  std::vector<std::string> erased;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) erased.push_back(line);
  return erased;
}

// The log goes on as another: whoever has heard more of the one before than was kept can tell. All of the
// shop's own contexts were cut at one moment, so what they have heard of each other was told, and stands.
void begin_anew(const Log& log, const std::vector<Log>& all, const std::string& path,
                const std::vector<std::string>& erased, kernel::Instant now) {
  storage::Database db{path, storage::Synchronous::full, storage::Open::read_write};
  db.transaction([&] {
    {
      auto head = db.prepare("SELECT incarnation, position FROM log_head");
      if (!head.bind().step() || head.text(0) != log.incarnation || head.integer(1) != log.position)
        throw Refused{path + " is not the log that backup.json speaks of"};
    }
    db.prepare("UPDATE log_head SET incarnation = ?").run(log.next_incarnation);
    for (const auto& source : all)
      db.prepare("UPDATE inbox SET incarnation = ? WHERE source = ? AND incarnation = ?")
          .run(source.next_incarnation, source.context, source.incarnation);
    for (const auto& person : erased)
      db.prepare("DELETE FROM claims WHERE owner = (SELECT id FROM streams WHERE name = ?)")
          .run("Person/" + person);
    db.prepare("INSERT INTO acts(at, who, what, about, why, details) VALUES(?, ?, ?, ?, ?, ?)")
        .run(now.time_since_epoch().count(), control::own_account(), was_restored,
             log.context + " from position " + std::to_string(log.position) + " of incarnation " +
                 log.incarnation,
             "", "{}");
  });
  db.checkpoint(storage::Checkpoint::truncate);
}

}  // namespace

std::int64_t restore(runtime::Runtime& runtime, storage::FileSystem& files,
                     const Restoring& asked) {
  auto logs = logs_in(files, asked.backup);
  for (auto& log : logs) log.next_incarnation = new_incarnation(runtime);
  const auto erased = erased_in(files, asked.keys);
  Unfinished to{files, asked.data};
  const auto now = std::chrono::floor<std::chrono::milliseconds>(runtime.now());
  std::int64_t events = 0;
  for (const auto& log : logs) {
    copy_files(files, asked.backup + "/" + log.context, to / log.context);
    begin_anew(log, logs, to / (log.context + "/journal.db"), erased, now);
    copy_files(files, asked.keys + "/" + log.context, to / log.context);
    events += log.position;
  }
  copy_files(files, asked.keys + "/secrets", to / "secrets");
  to.keep();
  return events;
}

}  // namespace madang::app
