#pragma once
// Slows down whoever tries again and again. From one network address a burst is fine, then a steady
// pace. Against one e-mail address ten attempts are free, as people forget; after that each waits
// twice as long as the one before, a quarter of an hour at most: an owner is never locked out for
// good, and a guesser has some hundred tries a day (NIST SP 800-63B-4 section 3.2.2).
//
// Kept in memory only and bounded: a restart forgets it, which gives a guesser one burst more.
#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>

#include "kernel/instant.hpp"

namespace madang::identity {

using Wait = std::chrono::milliseconds;

struct Pace {
  int burst = 60;
  Wait between = std::chrono::seconds{1};
};

// One line per key: each attempt moves its clock ahead, and it may run ahead of ours by the burst.
class SteadyPace {
 public:
  SteadyPace(Pace pace, std::size_t keys_max) : pace_{pace}, keys_max_{keys_max} {}

  // Takes an attempt, or says how long to wait for one.
  [[nodiscard]] std::optional<Wait> take(const std::string& key, kernel::Instant now);

 private:
  Pace pace_;
  std::size_t keys_max_;
  std::unordered_map<std::string, kernel::Instant> ahead_until_;
};

struct Patience {
  int free_attempts = 10;
  Wait first = std::chrono::seconds{2};
  Wait longest = std::chrono::minutes{15};
  Wait forgets_after = std::chrono::hours{24};
};

class GrowingWait {
 public:
  GrowingWait(Patience patience, std::size_t keys_max) : patience_{patience}, keys_max_{keys_max} {}

  // Takes an attempt, counted as failed until it is said to have succeeded, so that many at once
  // count as many; or says how long to wait for one.
  [[nodiscard]] std::optional<Wait> take(const std::string& key, kernel::Instant now);
  void succeeded(const std::string& key) { failures_.erase(key); }

 private:
  struct Failures {
    int count = 0;
    kernel::Instant last, again_at;
  };
  [[nodiscard]] Wait after(int failures) const;

  Patience patience_;
  std::size_t keys_max_;
  std::unordered_map<std::string, Failures> failures_;
};

}  // namespace madang::identity
