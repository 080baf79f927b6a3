#pragma once
// What many seeds came to: sums, and what a median seed has in it.
#include "tests/simulation/simulation.hpp"

namespace madang::simulation {

class Figures {
 public:
  void add(const Outcome&);
  // A line while it runs, and all at the end.
  [[nodiscard]] std::string progress(double seconds) const;
  [[nodiscard]] std::string report(double seconds) const;

  [[nodiscard]] std::uint64_t seeds() const { return seeds_; }
  [[nodiscard]] std::uint64_t bad() const { return bad_; }
  // Operations that nobody was let do. What the provider tells is no person's doing.
  [[nodiscard]] std::vector<std::string> unused() const;
  // What a median seed has too little of for a run of many to show much.
  [[nodiscard]] std::vector<std::string> too_little() const;

 private:
  [[nodiscard]] std::string medians() const;
  [[nodiscard]] std::string where_time_goes() const;
  [[nodiscard]] double of_a_core() const;  // seconds

  std::uint64_t seeds_ = 0, bad_ = 0, events_ = 0, switches_ = 0, refused_ = 0, unanswered_ = 0,
                repeats_ = 0, commands_ = 0;
  double days_ = 0;
  std::map<std::string, std::uint64_t> operations_;
  Counts counts_, refusals_;
  std::map<std::string, double> seconds_by_part_;
  std::map<std::string, std::vector<double>> of_each_seed_;
};

}  // namespace madang::simulation
