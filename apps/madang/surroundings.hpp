#pragma once
// What a shop finds around it on a real machine, and what a simulated one is given in its place.
#include "apps/madang/elsewhere.hpp"
#include "chassis/http/message.hpp"
#include "chassis/journal/journal.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/security/passwords.hpp"
#include "chassis/storage/mark_memory.hpp"
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace madang::chassis {
class Broker;
class Context;
}  // namespace madang::chassis
namespace madang::security {
class Secrets;
}

namespace madang::app {

// How many of a context read its rows at once, and work at each of its reactions.
struct Hands {
  std::size_t query_connections = 4;
  std::size_t reaction_tasks =
      4;  // the same at each start, or reactions are asked for again from the beginning
};

struct Ground;
struct Neighbour;
// How a context comes to work beside the others (contexts_at_work.hpp).
using Joins = std::function<std::unique_ptr<Neighbour>(const Ground&)>;

struct Surroundings {
  // Reaches the payment provider. None: the one that the settings name.
  http::Calls provider{};
  // What lies between the contexts, and outlives the shop. None: they read each other's logs.
  chassis::Broker* broker = nullptr;
  // Where a context keeps its marks (chassis/journal/marks.hpp). None: in a file of its folder.
  std::function<std::shared_ptr<storage::MarkMemory>(const std::string& context)> marks{};
  security::PasswordCost password_cost{};
  // Changes a context before it works: to see whether a bug would be noticed. None: it is as its page says.
  std::function<void(chassis::Context&)> alter{};
  // Contexts beside the shop's own: to see whether one more can be added.
  std::vector<Joins> more{};
  // How often a task that waits for more looks though nobody has called it.
  runtime::Duration look_every = std::chrono::seconds{1};
  // How long before its time a timer fires; a shop for people has none of it.
  runtime::Duration timers_early{};
  // How much journals take at once, let wait and remember. Any values will do; small ones cost time.
  chassis::JournalLimits journal{};
  Hands hands{};
  // Which of the shop's parts this process holds: contexts by name, and "gateway". Empty: all. Where it is not all, a
  // broker lies between the contexts, and `elsewhere` reaches the others.
  std::set<std::string> here{};
  Elsewhere elsewhere{};
  // What the shop's processes share. The one that holds identity makes them and turns keys; the others read, and
  // cannot start before it has made them. None: DIR/secrets, which is right where there is one process.
  security::Secrets* secrets = nullptr;

  [[nodiscard]] bool hold(const std::string& part) const {
    return here.empty() || here.contains(part);
  }
};
inline constexpr const char* the_gateway = "gateway";

}  // namespace madang::app
