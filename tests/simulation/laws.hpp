#pragma once
// What must be true of the shop's logs at any time, and once everything has come to rest. They read stored
// events and the provider's books, and know of the contexts nothing but the names that stand there.
#include "tests/simulation/history.hpp"
#include "tests/simulation/logs.hpp"
#include <optional>
#include <set>

namespace madang::simulation {

// Licences, holds, offers, rentals, who may have what until when: event by event, at any time.
class LendingLaw {
 public:
  explicit LendingLaw(World&);
  ~LendingLaw();
  LendingLaw(const LendingLaw&) = delete;
  LendingLaw& operator=(const LendingLaw&) = delete;

  void look(const Logs&);  // at what is new; at all of it again, once some is no more
  [[nodiscard]] std::vector<std::string> open()
      const;  // holds, offers and loans that have not ended

 private:
  class Lending;
  World& world_;
  std::unique_ptr<Lending> lending_;
  std::size_t looked_at_ = 0;
  std::uint64_t cuts_ = 0;
};

struct Paid {
  std::int64_t asked = 0, captured = 0, late = 0, returned = 0;  // asked 0: it never began
  std::string last;                                              // event
  [[nodiscard]] std::int64_t held() const { return captured + late - returned; }
};
// By payment; no more is charged than was asked for, and no more given back than was charged.
std::map<std::string, Paid> payments_in(World&, const Logs&);

// At any time.
void check_money(World&,
                 const Logs&);  // an unpaid rental never exists; nothing is given back twice
void check_acknowledged(World&, const Logs&, const History&);
void check_identifiers(World&, const Logs&);  // an identifier belongs to one edition
void check_second_factors(World&,
                          const Logs&);  // no session without one that is in force; no code twice
void check_times(World&, const Logs&);   // what time ends, it ends then, and nothing before
void check_lines(World&, const Logs&);   // who waits is served in turn

// Once nothing goes wrong any more, and the shop has run for a few minutes.
void check_punctuality(World&, const Logs&);

// Holds, offers and loans that have not ended.
std::vector<std::string> open_lending(World&, const Logs&);
// At rest: what is still under way; empty when nothing is.
std::vector<std::string> unfinished(World&, Logs&);
// At rest, by the provider's own books.
void check_books(World&, const Logs&);
std::vector<std::string> differences_in_books(World&, const Logs&);
// At rest: what one context told, another has heard, once.
void check_deliveries(World&, const Logs&);
void check_processes(World&, const Logs&);
void check_nobody_paid_for_nothing(World&, const Logs&);
void check_nobody_waits_in_vain(World&, const Logs&);

// People's keys as they lie wrapped on the disk, so that they can be looked for once their people are forgotten.
class KeysSeen {
 public:
  explicit KeysSeen(World& world) : world_{world}, readers_{world} {}

  void look();
  void let_go(const Machine& machine) { readers_.let_go(machine); }
  void check_forgotten(const Logs&) const;

 private:
  void note(storage::Database& table);

  World& world_;
  Readers readers_;
  std::map<std::string, std::set<std::string>> keys_;  // by person
};

}  // namespace madang::simulation
