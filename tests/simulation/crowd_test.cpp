// What people saw of the shop when they were many at once and it was killed among them: each licence, the address
// and the key did one thing after the other.
#include "tests/simulation/crowd.hpp"

#include <gtest/gtest.h>

namespace madang::simulation {
namespace {

using L = LicencesModel::Call;

std::string words(const std::vector<Made<KeyModel::Call>>& history) {
  std::string text;
  for (const auto& it : history)
    text += std::to_string(it.began) + " to " + std::to_string(it.ended) + " asked " +
            it.call.asked + " told " + it.call.told + "\n";
  return text;
}

TEST(ACrowd, SeesLicencesAnAddressAndAKeyThatDoOneThingAfterTheOther) {
  constexpr std::uint64_t runs = 50;
  std::size_t licences = 0, refused = 0, addresses = 0, keys = 0;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    const auto seen = crowd(seed);
    EXPECT_EQ(seen.violations, std::vector<std::string>{}) << "seed " << seed;
    EXPECT_TRUE(is_linearizable(LicencesModel{seen.licences}, seen.of_licences)) << "seed " << seed;
    EXPECT_TRUE(is_linearizable(AddressModel{}, seen.of_address)) << "seed " << seed;
    EXPECT_TRUE(is_linearizable(KeyModel{}, seen.of_key)) << "seed " << seed << "\n"
                                                          << words(seen.of_key);
    licences += seen.of_licences.size();
    for (const auto& it : seen.of_licences) refused += it.call == L::refused ? 1 : 0;
    addresses += seen.of_address.size();
    keys += seen.of_key.size();
  }
  EXPECT_GT(licences, runs * 20);
  EXPECT_GT(refused, runs);
  EXPECT_GT(addresses, runs * 6);
  EXPECT_GT(keys, runs * 6);
}

}  // namespace
}  // namespace madang::simulation
