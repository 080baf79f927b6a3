#pragma once
// Deliveries that bring the process down whenever they are handled, until somebody has mended that. Whoever hears them
// finds out by the marks (chassis/journal/marks.hpp), which outlive the process, and sets them aside.
#include "chassis/ports/ids.hpp"
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace madang::simulation {

class Deadly {
 public:
  // The shop's promise: what two starts running find marked is set aside.
  static constexpr std::uint64_t lives_running_max = 2;

  struct Life {
    std::string machine;
    std::uint64_t number;
  };
  // How many lives of a machine running end by this delivery, with this one; 0: it does no harm. One delivery in so
  // many is deadly, 0 is none, and it is the same one each time.
  std::uint64_t lives_taken(const std::string& handler, const chassis::Digest128& delivery,
                            const Life& life, std::uint64_t one_in);
  // What has brought a process down does so no more. Whether there was anything.
  bool mend();
  [[nodiscard]] bool has_struck() const { return !known_.empty(); }

 private:
  struct Taken {
    std::uint64_t last_life = 0, running = 0;
  };
  struct Known {
    bool is_mended = false;
    std::map<std::string, Taken> of_machine{};
  };
  std::map<std::pair<std::string, chassis::Digest128>, Known> known_;
};

}  // namespace madang::simulation
