#pragma once
// Who comes to the shop in one seed, and what they do there: a manager who lends editions out, an operator, and
// customers who rent, read, wait in line, change their minds and are impatient. Demand is skewed: half of all
// wishes are for one edition, and one customer is busier than the others. People come in sittings.
#include "tests/simulation/person.hpp"
#include "tests/simulation/public_law.hpp"
#include <memory>
#include <set>
#include <vector>

namespace madang::simulation {

// What everybody knows of an edition, from what the shop shows.
struct KnownEdition {
  std::string id;
  std::int64_t price = 0, extension_price = 0;
};

class Scenario {
 public:
  // Customers whose names are in `absent` do not come.
  Scenario(World&, History&, const std::set<std::string>& absent);

  // Begins a sitting that lasts so long; people finish what they are at, and then rest.
  void begin_sitting(Duration);
  // Everybody rests.
  [[nodiscard]] bool is_quiet() const { return busy_ == 0; }
  // Of the customers who came.
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] Everybody everybody() const;

 private:
  using Act = void (Scenario::*)(Person&);
  struct Choice {
    std::uint64_t weight;
    Act act;
  };
  void live(Person&, const std::vector<Choice>&, Duration pause_max);
  void act_once(Person&, const std::vector<Choice>&);

  // Customers.
  void browse(Person&);
  void rent(Person&);
  void rent_on_two_devices(Person&);
  [[nodiscard]] Asking renting(const KnownEdition&);
  std::optional<Answer> ask_to_rent(Person&, const KnownEdition&);
  void look_at_rental(Person&);
  void open_book(Person&);
  void extend(Person&);
  void give_back(Person&);
  void cancel(Person&);
  void cancel_rental(Person&, const std::string& rental);
  void join_line(Person&);
  void wait_for(Person&, const std::string& edition);
  void look_at_place(Person&);
  void leave_line(Person&);
  void look_at_shelf(Person&);
  void look_at_profile(Person&);
  void take_data_along(Person&);
  void change_profile(Person&);
  void look_at_payment(Person&);
  void sign_out(Person&);
  void look_at_sessions(Person&);
  void change_password(Person&);
  void forget_password(Person&);
  void set_up_second_factor(Person&);
  void refresh(Person&);
  void be_forgotten(Person&);
  void ask_again(Person&);
  // A manager.
  void register_edition(Person&);
  void revise_price(Person&);
  void set_terms(Person&);
  void withdraw(Person&);
  void look_at_board(Person&);
  // An operator.
  void look_at_ledger(Person&);
  void refund(Person&);
  void change_roles(Person&);
  void end_sessions(Person&);
  void look_at_erasures(Person&);
  void look_at_keys(Person&);

  void open_the_catalog(Person& manager);
  void lend(Person& manager, const std::string& edition, int licences);
  void note_rental(const Person&, const Answer&);
  void sign_in_with_one_of(Person&, const std::string& chosen);
  void demand_shown(Person&, const Answer& done, const std::string& target,
                    const std::string& what);
  void read(Person&, const std::string& rental, const std::string& url);
  [[nodiscard]] std::uint64_t below(std::uint64_t limit) {
    return world_.simulator.random() % limit;
  }
  [[nodiscard]] std::optional<KnownEdition> some_edition();
  [[nodiscard]] std::string some_card();
  // Mostly one of their last that goes on; nothing: they have none.
  [[nodiscard]] std::optional<std::string> some_rental_of(const Person&);
  void note_end(const Person&, const std::string& rental, const std::optional<Answer>&);
  // Mostly where they wait.
  [[nodiscard]] std::optional<std::string> some_place_of(const Person&);

  World& world_;
  History& history_;
  runtime::Signal sittings_;
  runtime::Time sitting_ends_{};
  std::size_t busy_ = 0;
  std::uint64_t sitting_ = 0;
  std::vector<std::unique_ptr<Person>> people_;
  std::vector<KnownEdition> editions_;
  std::map<std::string, std::vector<std::string>> rentals_, past_rentals_;  // by customer
  std::map<std::string, std::string> waits_for_;                            // by customer
  std::map<std::string, std::string> links_;                                // by rental
  std::set<std::string> returned_;                                          // rentals
  std::vector<std::string> payments_, erasures_;
  static constexpr int editions_max = 8;  // that a manager tries to register
  int registered_ = 0;
};

}  // namespace madang::simulation
