#pragma once
// The reference journey, in which the power fails in the midst of one write, sync or change of a name; then in the
// next, until it has failed at each, with what was not synced kept, lost and torn. However it fails, the journey
// comes to its end, and all laws are kept.
#include <cstdint>
#include <string>
#include <vector>

namespace madang::simulation {

class EveryWrite {
 public:
  explicit EveryWrite(std::uint64_t seed);  // goes through it once, and nothing fails

  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  [[nodiscard]] std::uint64_t cuts() const { return cuts_; }
  [[nodiscard]] bool is_over() const;
  // What was broken; each time another place, and those of the first minutes spread over the whole journey.
  std::vector<std::string> cut_next();

 private:
  const std::uint64_t seed_;
  std::uint64_t steps_ = 0, cuts_ = 0, place_ = 0;
};

}  // namespace madang::simulation
