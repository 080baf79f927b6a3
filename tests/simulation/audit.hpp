#pragma once
// Who looks at a world's logs from outside, again and again, and holds them against the laws; at rest also against
// the provider's books, a rebuild of every read model, and what is left after the power failed.
//
//   Audit audit{world, history};
//   audit.look();                              after each misfortune
//   audit.come_to_rest([&] { return everybody_is_quiet; });
//   audit.start_cold();
//
// From outside of the simulation. What it finds, it tells the world.
#include "apps/madang/control/desk.hpp"
#include "tests/simulation/history.hpp"
#include "tests/simulation/laws.hpp"
#include "tests/simulation/public_law.hpp"
#include <functional>

namespace madang::simulation {

class Audit {
 public:
  Audit(World&, const History&);

  void look();
  // Time goes on, with nothing going wrong, until nothing is under way any more.
  void come_to_rest(const std::function<bool()>& is_quiet);
  // The power fails once more, and nobody asks for anything: what was there is there, and nothing comes but what
  // time brings.
  void start_cold();
  // Once the shop has gone on from a backup: whoever was forgotten, before it was made or since, is so still.
  void check_nobody_is_back(const Everybody&);
  // What an operator does about parked deliveries; what waits behind another of its key is tried with it.
  void retry_what_is_parked();
  [[nodiscard]] const Logs& logs() const { return logs_; }

 private:
  [[nodiscard]] bool is_well() const { return world_.violations.empty(); }
  void look_again();
  void check();
  void demand(bool all_were_read);
  void rebuild_all();
  app::Said rebuild(const std::string& context, const std::string& projection);
  void check_own_no_claim(const std::set<std::string>& people);  // to an address, say
  bool damage_a_row(const std::string& context, const std::string& projection);

  World& world_;
  const History& history_;
  Logs logs_{world_};
  LendingLaw lending_law_{world_};
  KeysSeen keys_seen_{world_};
  bool died_since_looked_ = false;
};

}  // namespace madang::simulation
