#pragma once
// What people were told, for the laws: an effect that was acknowledged is in the log for ever.
#include "tests/simulation/operations.hpp"
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace madang::simulation {

// An event of this type is in the log of this context, with this text as this member.
struct Acknowledged {
  std::string context, type, member, value;
};

struct History {
  std::vector<Acknowledged> acknowledged;
  struct Use {
    std::uint64_t answered = 0, accepted = 0;
  };
  std::map<std::string, Use> operations;
  std::uint64_t effects_accepted = 0, refused = 0, unanswered = 0, repeats = 0;
  std::map<std::string, std::uint64_t> refusals;  // by slug
  const Operations& contract = Operations::of_the_shop();
};

}  // namespace madang::simulation
