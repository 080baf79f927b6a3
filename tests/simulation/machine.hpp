#pragma once
// A machine of the shop: one process, which holds some of the shop's parts or all of them, what that keeps on a disk
// of its own, and what has become of both. Faults strike a machine; laws look for a context's files on the one that
// holds it.
#include "apps/madang/shop.hpp"
#include "chassis/storage/sim_storage.hpp"
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace madang::simulation {

struct Machine {
  // `parts`: as app::Surroundings::here.
  // `on`: the disk, and the folder there.
  Machine(std::string its_name, std::set<std::string> parts, runtime::Simulator&,
          storage::SimStorage&, const std::string& on);

  const std::string name;  // of its process too
  const std::set<std::string> parts;
  runtime::Runtime& runtime;
  storage::SimDisk& disk;
  app::Settings settings;
  std::unique_ptr<app::LogLines> log;
  std::unique_ptr<telemetry::Registry> metrics;
  std::unique_ptr<app::Shop> shop;  // none: it is closed, or dead and buried
  bool has_died = false;            // and is not buried yet
  std::uint64_t starts = 0;
  std::vector<std::weak_ptr<runtime::Signal>> callers;  // who wait for its answers
  std::optional<runtime::Time> restart_at, closed_until, broker_cut_until;
  runtime::Time disk_full_until{}, disk_slow_until{}, disk_hard_to_read_until{};
  std::uint64_t burns_when_open = 0;  // so many steps of its disk later; 0: not

  [[nodiscard]] bool is_up() const { return shop && !has_died; }
  [[nodiscard]] std::string folder_of(const std::string& context) const {
    return settings.data + "/" + context;
  }
  [[nodiscard]] bool holds(std::string_view part) const;
  // Its connection breaks when the machine dies. False: it takes no more of them.
  bool let_in(const std::shared_ptr<runtime::Signal>& caller);
  void break_connections();
  // When the next of its troubles is over; never: it has none.
  [[nodiscard]] runtime::Time next_change() const;
  // What a context was at, as long as the machine has power.
  std::shared_ptr<storage::MarkMemory> marks_of(const std::string& context);
  // What ends is still there, and has yet to unwind: what it marked stays as it is now.
  enum class Ends { killed, by_its_fault, without_power };
  void keep_marks(Ends);
  // Its disk is no longer full, slow or hard to read, if it is time.
  void end_what_is_over(runtime::Time now);

 private:
  std::map<std::string, std::shared_ptr<storage::MarkMemory>> marks_;
};

using Machines = std::vector<Machine*>;

}  // namespace madang::simulation
