#pragma once
// Many who want the same at once, while the shop is killed and loses its power: the few licences of an edition, one
// e-mail address, and one key under which different things are asked. What they were told, and when they asked, is
// held by a search (linearizable.hpp) that knows nothing of the shop against models (models.hpp) of what is promised:
// each did one thing after the other.
#include "tests/simulation/simulation.hpp"

namespace madang::simulation {

// The scenario. Its counts say of how many calls the histories were.
[[nodiscard]] Outcome crowd(std::uint64_t seed, const Options&);

}  // namespace madang::simulation
