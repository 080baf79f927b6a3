#pragma once
// Many who want the same at once, while the shop is killed and loses its power: the few licences of an edition, one
// e-mail address, and one key under which different things are asked. What they were told, and when they asked, is
// kept for a search (linearizable.hpp) that knows nothing of the shop.
#include "tests/simulation/linearizable.hpp"
#include "tests/simulation/models.hpp"
#include <string>
#include <vector>

namespace madang::simulation {

struct Seen {
  int licences = 0;
  std::vector<Made<LicencesModel::Call>> of_licences;
  std::vector<Made<AddressModel::Call>> of_address;
  std::vector<Made<KeyModel::Call>> of_key;
  std::uint64_t deaths = 0;  // of the shop
  std::vector<std::string> violations;
};

[[nodiscard]] Seen crowd(std::uint64_t seed);

}  // namespace madang::simulation
