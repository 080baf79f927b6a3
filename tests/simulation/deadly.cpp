#include "tests/simulation/deadly.hpp"

#include <cstring>

namespace madang::simulation {

std::uint64_t Deadly::lives_taken(const std::string& handler, const chassis::Digest128& delivery,
                                  const Life& life, std::uint64_t one_in) {
  std::uint64_t chance =
      0;  // by its name: drawn at each repeat, there would be more of them at each start
  std::memcpy(&chance, delivery.data(), sizeof chance);
  if (one_in == 0 || chance % one_in != 0) return 0;
  auto& known = known_[{handler, delivery}];
  if (known.is_mended) return 0;
  auto& it = known.of_machine[life.machine];
  it.running = it.last_life + 1 == life.number ? it.running + 1 : 1;
  it.last_life = life.number;
  return it.running;
}

bool Deadly::mend() {
  bool was_any = false;
  for (auto& [which, it] : known_) was_any |= !std::exchange(it.is_mended, true);
  return was_any;
}

}  // namespace madang::simulation
