#pragma once
// Which parts of a context its operators have switched off: policies, reactions, records and read models by their
// names, "timers", and operations that it is asked by. What a part that is off would do waits, in order, until
// it is on again. What stands is what the journal's acts say last of each part: so it outlasts the process,
// goes with a backup, and says who did it, when and why. Any thread.
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/journal/event.hpp"

namespace madang::chassis {

class Switches {
 public:
  // What an act is called that is about a part; any other is passed over.
  static constexpr std::string_view off = "switched off", on = "switched on";
  static constexpr std::string_view timers = "timers";
  using Off = std::map<std::string, Act, std::less<>>;  // by part: who switched it off

  // As a journal's acts say.
  [[nodiscard]] static Off off_by(const std::vector<Act>&);

  void note(const Act&);
  [[nodiscard]] bool is_off(std::string_view part) const { return all_off()->contains(part); }
  [[nodiscard]] std::shared_ptr<const Off> all_off() const { return off_.load(); }

 private:
  std::atomic<std::shared_ptr<const Off>> off_{std::make_shared<const Off>()};
};

}  // namespace madang::chassis
