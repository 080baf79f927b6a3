// The whole shop under simulated time, faults and chance: some fixed seeds of it. `./dev simulate` runs as many as
// one likes.
#include "tests/simulation/simulation.hpp"
#include "tests/simulation/figures.hpp"
#include "tests/simulation/read_models.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <array>
#include <cstdio>

namespace madang::simulation {
namespace {

// What the program prints of a seed, run as a process of its own.
std::string told_by_a_process(std::uint64_t seed, const char* shape) {
  const auto command = fmt::format("{} --seed {} --shape {}", MADANG_SIMULATE, seed, shape);
  auto* out = ::popen(command.c_str(), "r");
  std::array<char, 256> line{};
  std::string first;
  if (out && std::fgets(line.data(), line.size(), out)) first = line.data();
  while (out && std::fgets(line.data(), line.size(), out)) {
  }
  if (out) ::pclose(out);
  return first;
}

TEST(TheShopUnderFaults, KeepsItsLaws) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed)
    EXPECT_EQ(simulate(seed).violations, std::vector<std::string>{}) << "seed " << seed;
}
TEST(TheShopOverABroker, KeepsItsLawsThoughMessagesAreLostComeTwiceAndLate) {
  Counts counts;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto outcome = simulate(seed, {.between = Between::broker});
    EXPECT_EQ(outcome.violations, std::vector<std::string>{}) << "seed " << seed;
    for (const auto& [what, count] : outcome.counts) counts[what] += count;
  }
  for (const auto* what :
       {"bus: records", "bus: calls lost", "bus: records that came again, later"})
    EXPECT_GT(counts[what], 0U) << what;
}
TEST(TheShopOnSevenMachines, KeepsItsLawsThoughEachIsStruckAlone) {
  Counts counts;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto outcome = simulate(seed, {.shape = Shape::many});
    EXPECT_EQ(outcome.violations, std::vector<std::string>{}) << "seed " << seed;
    EXPECT_GT(outcome.history.effects_accepted, 100U) << "seed " << seed;
    for (const auto& [what, count] : outcome.counts) counts[what] += count;
  }
  for (const auto* what : {"between machines: asked", "between machines: lost",
                           "between machines: late", "bus: records", "kills"})
    EXPECT_GT(counts[what], 0U) << what;
}
TEST(ACalmJourney, LeavesTheSameReadModelsWhateverChanceDecides) {
  ReadModels once, again;
  static_cast<void>(left_by_a_calm_journey(1, {}, once));
  static_cast<void>(left_by_a_calm_journey(2, {}, again));
  EXPECT_EQ(differences(once, again), std::vector<std::string>{});
  std::size_t rows = 0;
  for (const auto& [name, of_it] : once) rows += of_it.size();
  EXPECT_GE(rows, 20U);
}
TEST(ACalmJourney, LeavesTheSameReadModelsInBothShapes) {
  EXPECT_EQ(simulate(1, {.scenario = "calm"}).violations, std::vector<std::string>{});
}
TEST(AJourneyUnderFaults, ComesToItsEndAndKeepsTheLaws) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed)
    EXPECT_EQ(simulate(seed, {.scenario = "journey"}).violations, std::vector<std::string>{})
        << "seed " << seed;
}
TEST(AScenario, IsKnownByItsName) {
  EXPECT_EQ(scenarios(), (std::vector<std::string_view>{"ordinary", "journey", "calm", "crowd"}));
  EXPECT_THROW(static_cast<void>(simulate(1, {.scenario = "another"})), std::invalid_argument);
}
void gives_the_same_run_again(std::uint64_t seed, Shape shape) {
  const auto once = simulate(seed, {.shape = shape});
  EXPECT_EQ(once.hash, simulate(seed, {.tells_story = true, .shape = shape}).hash);
  const auto elsewhere = told_by_a_process(seed, shape == Shape::one ? "one" : "many");
  EXPECT_NE(elsewhere.find(fmt::format("hash {:016x} ", once.hash)), elsewhere.npos) << elsewhere;
}
TEST(ASeed, GivesTheSameRunAgain) { gives_the_same_run_again(6, Shape::one); }
TEST(ASeed, GivesTheSameRunAgainOnSevenMachines) { gives_the_same_run_again(1, Shape::many); }

TEST(FiguresOfManySeeds, SayWhatAMedianOneHasTooLittleOf) {
  Figures figures;
  for (int deaths : {9, 10, 30}) {
    Outcome it;
    it.history.effects_accepted = 300;
    for (const auto& name : it.history.contract.names()) it.history.operations[name].accepted = 1;
    it.counts = {{deaths_by_kill, deaths}, {unknown_payments, 1}};
    it.days = deaths == 10 ? 30 : 20;
    it.events_by_type = {{"RentalExpired", 1}, {"PaymentRefunded", 1}};
    it.offers_accepted = 1;
    figures.add(it);
  }
  EXPECT_EQ(figures.too_little(), std::vector<std::string>{"20 simulated days instead of 30"});
}

}  // namespace
}  // namespace madang::simulation
