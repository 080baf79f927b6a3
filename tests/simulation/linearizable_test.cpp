// The search by itself, on histories that are right, and on histories known to be wrong.
#include "tests/simulation/linearizable.hpp"

#include "tests/simulation/models.hpp"

#include <gtest/gtest.h>

namespace madang::simulation {
namespace {

using L = LicencesModel::Call;
using A = AddressModel::Call;
using K = KeyModel::Call;
using Licences = std::vector<Made<L>>;
using Address = std::vector<Made<A>>;
using Key = std::vector<Made<K>>;

bool one_licence_allows(const Licences& history) {
  return is_linearizable(LicencesModel{1}, history);
}
bool an_address_allows(const Address& history) { return is_linearizable(AddressModel{}, history); }
bool a_key_allows(const Key& history) { return is_linearizable(KeyModel{}, history); }

TEST(AHistory, IsRightWhenItHappenedOneAfterTheOther) {
  EXPECT_TRUE(one_licence_allows({}));
  EXPECT_TRUE(one_licence_allows(
      {{L::given, 1, 2}, {L::refused, 3, 4}, {L::given_back, 5, 6}, {L::given, 7, 8}}));
}
TEST(AHistory, IsRightWhenCallsThatOverlapHaveAnOrder) {
  EXPECT_TRUE(one_licence_allows({{L::refused, 1, 9}, {L::given, 2, 8}}));
  EXPECT_TRUE(one_licence_allows({{L::given, 1, 2}, {L::given, 3, 9}, {L::given_back, 4, 8}}));
}
TEST(AHistory, IsWrongWhenALicenceIsGivenTwice) {
  EXPECT_FALSE(one_licence_allows({{L::given, 1, 2}, {L::given, 3, 4}}));
  EXPECT_FALSE(one_licence_allows({{L::given, 1, 9}, {L::given, 2, 8}}));
  EXPECT_TRUE(is_linearizable(LicencesModel{2}, Licences{{L::given, 1, 9}, {L::given, 2, 8}}));
}
TEST(AHistory, IsWrongWhenALicenceIsRefusedThoughItIsFree) {
  EXPECT_FALSE(one_licence_allows({{L::refused, 1, 2}, {L::given, 3, 4}}));
  EXPECT_FALSE(one_licence_allows({{L::given, 1, 2}, {L::given_back, 3, 4}, {L::refused, 5, 6}}));
}
TEST(AHistory, MayHoldWhatPerhapsNeverWas) {
  const Made<L> perhaps{.call = L::given, .began = 1, .must_be = false};
  EXPECT_TRUE(one_licence_allows({perhaps, {L::given, 2, 3}}));
  EXPECT_TRUE(one_licence_allows({perhaps, {L::refused, 2, 3}}));
  EXPECT_FALSE(one_licence_allows({perhaps, {L::given, 2, 3}, {L::given, 4, 5}}));
}
TEST(AHistory, IsWrongWhenWhoCameLaterHasTheAddress) {
  using enum A::What;
  EXPECT_TRUE(an_address_allows(
      {{{registered, "a"}, 1, 9}, {{registered, "b"}, 2, 8}, {{let_in, "b"}, 10, 11}}));
  EXPECT_FALSE(an_address_allows(
      {{{registered, "a"}, 1, 2}, {{registered, "b"}, 3, 4}, {{let_in, "b"}, 5, 6}}));
}
TEST(AHistory, IsWrongWhenTwoHaveTheAddressOrNobody) {
  using enum A::What;
  EXPECT_FALSE(an_address_allows({{{registered, "a"}, 1, 9},
                                  {{registered, "b"}, 2, 8},
                                  {{let_in, "a"}, 10, 11},
                                  {{let_in, "b"}, 12, 13}}));
  EXPECT_FALSE(an_address_allows({{{registered, "a"}, 1, 2}, {{turned_away, "a"}, 3, 4}}));
}
TEST(AHistory, IsWrongWhenAKeyHasTwoAnswers) {
  EXPECT_TRUE(a_key_allows({{{"x", "1"}, 1, 9}, {{"x", "1"}, 2, 8}, {{"y", ""}, 3, 7}}));
  EXPECT_FALSE(a_key_allows({{{"x", "1"}, 1, 9}, {{"x", "2"}, 2, 8}}));
  EXPECT_FALSE(a_key_allows({{{"x", "1"}, 1, 9}, {{"y", "2"}, 2, 8}}));
  EXPECT_FALSE(a_key_allows({{{"x", "1"}, 5, 9}, {{"y", ""}, 2, 3}}));
}
TEST(AHistory, OfManyCallsAtOnceIsSearchedInTime) {
  Licences many;
  constexpr int at_once = 6;
  for (int i = 0; i < at_once; ++i) {
    many.push_back({L::given, i, 1000 + i});
    many.push_back({L::given_back, i, 1000 + i});
  }
  EXPECT_TRUE(one_licence_allows(many));
  many.push_back({L::refused, 2000, 2001});
  EXPECT_FALSE(one_licence_allows(many));
}

}  // namespace
}  // namespace madang::simulation
