#pragma once
// Every context's log as it lies on the disk of its machine, read from outside while nothing runs. It shares no code with
// the contexts and their journals: an event is its stored text. Who reads moves nothing: no chance is drawn and no
// time passes, so what is looked at, and how often, changes no run.
#include "chassis/json/json.hpp"
#include "chassis/storage/sqlite.hpp"
#include "tests/simulation/world.hpp"
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace madang::simulation {

inline constexpr std::array contexts{"identity", "customer", "catalog",
                                     "payment",  "rental",   "insight"};

struct Event {
  std::int64_t position;
  std::string stream;
  std::int64_t version;
  std::string type;
  std::int64_t at;  // log time, ms
  std::string payload;
  std::shared_ptr<const chassis::JsonDocument> parsed;  // in the newest form

  [[nodiscard]] const chassis::JsonDocument& json() const { return *parsed; }
};

// A delivery that waits for an operator.
struct ParkedDelivery {
  std::string context;
  std::int64_t number;
  std::string consumer, key, cause;
};

// While it lives, a disk has no faults, and takes no time: who looks from outside is no part of the world.
class SoundDisk {
 public:
  explicit SoundDisk(storage::SimDisk&);
  ~SoundDisk();
  SoundDisk(const SoundDisk&) = delete;
  SoundDisk& operator=(const SoundDisk&) = delete;

 private:
  storage::DiskFaults& faults_;
  const storage::DiskFaults before_;
};

// The databases of the shop's machines, opened once to be looked at from outside.
class Readers {
 public:
  explicit Readers(World& world) : world_{world} {}

  // chassis::Unavailable: somebody recovers it just now.
  template <class Action>
  void with(const std::string& context, const std::string& file, Action&& action) {
    const auto& machine = world_.machine_of(context);
    const SoundDisk sound{machine.disk};
    action(reader_of(machine, context, file));
  }
  // At each death of a machine, before it is started again: its files are not to be held open meanwhile.
  void let_go(const Machine&);

 private:
  storage::Database& reader_of(const Machine&, const std::string& context, const std::string& file);

  World& world_;
  std::map<std::pair<std::string, std::string>, storage::Database> open_;  // by context and file
};

class Logs {
 public:
  explicit Logs(World& world) : world_{world}, readers_{world} {
    for (const auto* context : contexts) logs_[context];
  }

  // Reads what is new, or all of it again; tells the world of what no log may be: a hole, a version left out, time
  // that runs backwards, an event that has changed. What a power loss took may be missing, and nothing else.
  // False: one was busy, and what is known of it is older than the others; it proves nothing held against them.
  [[nodiscard]] bool read_new();
  [[nodiscard]] bool read_newest_again();  // after a death: some hundreds of each
  [[nodiscard]] bool read_again(bool power_was_lost);
  void let_go(const Machine& machine) { readers_.let_go(machine); }

  [[nodiscard]] const std::vector<Event>& of(const std::string& context) const {
    return logs_.at(context).events;
  }
  // How often the newest of its events were no more. Until then what is known of it is only added to.
  [[nodiscard]] std::uint64_t cuts(const std::string& context) const {
    return logs_.at(context).cuts;
  }
  [[nodiscard]] std::vector<ParkedDelivery> parked();
  [[nodiscard]] std::size_t size() const;
  // Of all events, as they are stored.
  [[nodiscard]] std::uint64_t hash() const;

 private:
  struct Log {
    std::vector<Event> events;
    std::map<std::string, std::int64_t> versions;
    std::uint64_t cuts = 0;
  };
  [[nodiscard]] bool read_last(std::size_t known, bool power_was_lost);
  void read(const std::string& context, std::size_t from, bool power_was_lost);
  void take(const std::string& context, const storage::Statement& row);
  void cut(const std::string& context, std::size_t size);
  template <class Action>
  void with_reader(const std::string& context, Action&&);

  World& world_;
  bool was_busy_ = false;
  std::map<std::string, Log> logs_;
  Readers readers_;
};

}  // namespace madang::simulation
