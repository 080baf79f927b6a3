// Who has a second factor in force begins no session without it, and what was shown for one is shown for no other: a code of an app is of
// a later half minute than any before, a recovery code is one that was told and has not been used.
#include <fmt/format.h>

#include <set>

#include "tests/simulation/laws.hpp"

namespace madang::simulation {
namespace {

struct InForce {
  std::int64_t last_step = 0;
  std::set<std::string> recovery_codes;
  int shown = 0;  // for sessions that have not begun yet
};

class Factors {
 public:
  explicit Factors(World& world) : world_{world} {}

  void look_at(const Event& event) {
    const auto& document = event.json();
    const auto it = document.root();
    const std::string person{it["person"].text()};
    if (event.type == "SecondFactorConfirmed") {
      auto& factor = in_force_[person] = {it["step"].integer(), {}, 0};
      const auto codes = it["recovery_codes"];
      for (std::size_t i = 0; i < codes.size(); ++i)
        factor.recovery_codes.emplace(codes.at(i)["text"].text());
    }
    if (event.type == "SecondFactorRemoved" || event.type == "SecondFactorRemovedByOperator" ||
        event.type == "PersonErased")
      in_force_.erase(person);
    const auto found = in_force_.find(person);
    if (found != in_force_.end()) look_at_use(event, found->second);
  }

 private:
  void look_at_use(const Event& event, InForce& factor) {
    const auto& document = event.json();
    const auto it = document.root();
    if (event.type == "OneTimeCodeUsed") {
      if (it["step"].integer() <= factor.last_step)
        world_.violate(fmt::format("a code is taken again: {}", event.payload));
      factor.last_step = it["step"].integer();
      ++factor.shown;
    }
    if (event.type == "RecoveryCodeUsed") {
      if (factor.recovery_codes.erase(std::string{it["code"]["text"].text()}) == 0)
        world_.violate(fmt::format("a recovery code is taken again: {}", event.payload));
      ++factor.shown;
    }
    if (event.type == "SessionBegun" && --factor.shown < 0)
      world_.violate(fmt::format("a session begins without a second factor: {}", event.payload));
  }

  World& world_;
  std::map<std::string, InForce> in_force_;
};

}  // namespace

void check_second_factors(World& world, const Logs& logs) {
  Factors factors{world};
  for (const auto& event : logs.of("identity"))
    if (event.type.starts_with("SecondFactor") || event.type.ends_with("CodeUsed") ||
        event.type == "SessionBegun" || event.type == "PersonErased")
      factors.look_at(event);
}

}  // namespace madang::simulation
