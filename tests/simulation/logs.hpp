#pragma once
// Every context's log as it lies on the shop's disk, read from outside while nothing runs. It shares no code with
// the contexts: an event is its stored text.
#include "chassis/journal/store.hpp"
#include "chassis/json/json.hpp"
#include "tests/simulation/world.hpp"
#include <array>
#include <map>
#include <string>
#include <vector>

namespace madang::simulation {

inline constexpr std::array contexts{"identity", "customer", "catalog",
                                     "payment",  "rental",   "insight"};

struct Event {
  chassis::Position position;
  std::string stream;
  chassis::Version version;
  std::string type;
  std::int64_t at;  // log time, ms
  std::string payload;
  [[nodiscard]] chassis::JsonDocument json() const {
    return chassis::JsonDocument::stored(payload);
  }
};

class Logs {
 public:
  explicit Logs(World& world) : world_{world} {
    for (const auto* context : contexts) logs_[context];
  }

  // Reads what is new, or all of it again; tells the world of what no log may be: a hole, a version left out, time
  // that runs backwards, an event that has changed. What a power loss took may be missing, and nothing else.
  void read_new();
  void read_again(bool power_was_lost);

  [[nodiscard]] const std::vector<Event>& of(const std::string& context) const {
    return logs_.at(context).events;
  }
  [[nodiscard]] std::size_t size() const;
  // Of all events, as they are stored.
  [[nodiscard]] std::uint64_t hash() const;

 private:
  struct Log {
    std::vector<Event> events;
    std::map<std::string, chassis::Version> versions;
  };
  void read(const std::string& context, Log&);
  void check(const std::string& context, Log&, const chassis::StoredEvent&);

  World& world_;
  std::map<std::string, Log> logs_;
};

}  // namespace madang::simulation
