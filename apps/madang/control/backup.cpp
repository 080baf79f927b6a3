// A backup is one cut: every log as it stood at one moment, at which none was being written. Copied one by
// one, a rental could be restored whose payment does not exist.
//
//   BACKUP/backup.json            {"version":1,"at":"…","contexts":[{"context","incarnation","position"}…]}
//   BACKUP/<context>/journal.db
//   BACKUP/<context>/files/…      what the cut speaks of, and perhaps what came just after it
//
// Read models are not in it, since they are made of the logs; keys and secrets are not (backup_keys.cpp).
#include "apps/madang/control/copies.hpp"
#include "apps/madang/control/desk.hpp"
#include "apps/madang/control/exits.hpp"
#include "chassis/journal/sqlite_store.hpp"
#include "chassis/json/json.hpp"
#include "chassis/storage/snapshot.hpp"
#include "chassis/telemetry/time_text.hpp"

namespace madang::app {
namespace {

using chassis::Engine, storage::Snapshot;

struct Cut {
  std::vector<std::unique_ptr<Snapshot>> journals;  // in the order of the engines
  runtime::Time began = runtime::never, at{};
  runtime::Duration pause{};
  std::string failure{};
};

void hold_all(Cut& cut) {
  try {
    for (const auto& journal : cut.journals) journal->hold();
  } catch (const std::exception& failure) {
    cut.failure = failure.what();
  }
}

// One log after the other comes to rest, and with the last of them all are held. A writer may come to it when
// whoever asked has been stopped; what it needs is the shop's, or shared.
bool with_all_at_rest(const std::vector<Engine*>& engines, std::size_t next,
                      const std::function<void()>& action) {
  if (next == engines.size()) {
    action();
    return true;
  }
  const auto all = std::make_shared<bool>(false);
  const auto others = [&engines, next, action, all] {
    *all = with_all_at_rest(engines, next + 1, action);
  };
  return engines[next]->at_rest(others) && *all;
}

std::shared_ptr<Cut> cut_through(runtime::Runtime& runtime, const std::vector<Engine*>& engines,
                                 const std::string& data) {
  const auto cut = std::make_shared<Cut>();
  for (const auto* engine : engines)
    cut->journals.push_back(
        std::make_unique<Snapshot>(data + "/" + engine->context().name() + "/journal.db"));
  // From the first that rests: until then people wait for nothing.
  const bool rested = engines.front()->at_rest([cut, &runtime, &engines] {
    cut->began = runtime.now();
    if (!with_all_at_rest(engines, 1, [cut] { hold_all(*cut); }))
      cut->failure = "a log is too busy";
    cut->at = runtime.now();
  });
  if (!rested && cut->failure.empty()) cut->failure = "a log is too busy";
  if (!cut->failure.empty()) throw Cannot{cut->failure + "; nothing was kept, ask again"};
  cut->pause = cut->at - cut->began;
  return cut;
}

struct Copied {
  std::string manifest;
  std::int64_t events = 0;
  std::size_t files = 0;
};

Copied copy_out(storage::FileSystem& disk, const Cut& cut, const std::vector<Engine*>& engines,
                const std::string& data, const Unfinished& to) {
  Copied copied;
  chassis::JsonWriter json{copied.manifest};
  json.begin_object();
  json.integer("version", 1);
  json.text("at", telemetry::time_text(std::chrono::floor<std::chrono::milliseconds>(cut.at)));
  json.member("contexts");
  json.begin_array();
  for (std::size_t i = 0; i < engines.size(); ++i) {
    const auto& name = engines[i]->context().name();
    disk.create_folder(to / name);
    cut.journals[i]->copy_to(to / (name + "/journal.db"));
    const auto files = name + "/files";
    copied.files += copy_files(disk, path_in(data, files), to / files);
    const auto head = chassis::read_sqlite_journal(to / (name + "/journal.db"))->head();
    copied.events += head.position;
    json.begin_object();
    json.text("context", name);
    json.text("incarnation", head.incarnation);
    json.integer("position", head.position);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return copied;
}

}  // namespace

Said Desk::backup(const Question& asked) {
  if (engines_.empty()) throw Cannot{"the contexts are in other processes of this shop"};
  Unfinished to{files_, asked.path};
  const auto cut = cut_through(runtime_, engines_, data_);
  const auto copied = copy_out(files_, *cut, engines_, data_, to);
  files_.write_durably(to / "backup.json", copied.manifest + "\n");
  to.keep();
  if (asked.json) {
    std::string json;
    chassis::JsonWriter out{json};
    out.begin_object();
    out.text("backup", asked.path);
    out.integer("events", copied.events);
    out.integer("files", static_cast<std::int64_t>(copied.files));
    out.integer("pause_us", cut->pause.count());
    out.end_object();
    return {done, json + '\n', {}};
  }
  return {done,
          "backed up " + std::to_string(copied.events) + " events and " +
              std::to_string(copied.files) + " files to " + asked.path + "; writing paused for " +
              in_milliseconds(cut->pause) + " ms\n",
          {}};
}

}  // namespace madang::app
