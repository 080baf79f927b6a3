// Whoever keeps something about people can say what: for them to take it along, and to know what erasing them means.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>

#include "apps/madang/contexts.hpp"
#include "apps/madang/personal_page.hpp"
#include "chassis/assembly/assembly.hpp"
#include "identity/domain/keepers_of_keys.hpp"

namespace madang {
namespace {

struct SomeoneCame {
  kernel::PersonId person;
};
struct Visitor {
  using Id = kernel::PersonId;
  using Events = kernel::OneOf<SomeoneCame>;
  static Visitor evolve(Visitor, const SomeoneCame&) { return {}; }
};

// What a context must have and has not.
std::string forgotten_by(const chassis::Context& context) {
  return context.is_about_people && !context.personal_data ? "no personal_data" : "";
}
bool keeps_something_sealed(const chassis::Context& context) {
  return std::ranges::any_of(context.golden, [](const auto& form) {
    return form.second.find("\"sealed\":") != std::string::npos;
  });
}
// The names of fields and values in the shape of what a context says about a person.
std::set<std::string> words_in(const std::string& shape) {
  static const std::set<std::string> of_shapes{"id",   "text",     "integer", "boolean",
                                               "list", "optional", "instant", "money",
                                               "one",  "of",       "personal"};
  static const std::regex word{"[a-z_]+"};
  std::set<std::string> words;
  for (std::sregex_iterator it{shape.begin(), shape.end(), word}, end; it != end; ++it)
    if (!of_shapes.contains(it->str())) words.insert(it->str());
  return words;
}
bool tells(const chassis::Context& context, const std::string& message) {
  return std::ranges::any_of(context.stickers, [&](const chassis::Sticker& it) {
    return it.kind == "message out" && it.name == message;
  });
}

TEST(EveryContext, SaysWhatItHoldsAboutAPersonIfItHoldsAnything) {
  std::set<std::string> about_people;
  for (const auto& context : app::all_contexts()) {
    EXPECT_EQ(forgotten_by(*context), "") << context->name();
    if (context->is_about_people) about_people.insert(context->name());
  }
  EXPECT_THAT(about_people,
              ::testing::IsSupersetOf({"identity", "customer", "payment", "rental", "insight"}));
}
TEST(EveryContext, ThatForgetsToSayItIsFound) {
  const auto context = chassis::context("visitors").aggregates<Visitor>().done();
  EXPECT_EQ(forgotten_by(*context), "no personal_data");
}
TEST(ThePageOfPersonalData, HasAWordForAllThatAContextMaySayAndNoOther) {
  std::set<std::string> said{"amount", "currency", "true", "false"}, known;
  for (const auto& context : app::all_contexts()) {
    if (!context->personal_data) continue;
    said.insert(context->name());
    said.merge(words_in(context->personal_shape));
  }
  for (const auto& word : app::personal_words()) known.emplace(word.name);
  EXPECT_EQ(said, known);
}
TEST(EveryContext, ThatKeepsSomethingSealedAcknowledgesThatItsKeyIsDestroyed) {
  std::set<std::string> keepers;
  for (const auto& context : app::all_contexts()) {
    if (context->name() == "identity" || !keeps_something_sealed(*context)) continue;
    keepers.insert(context->name());
    EXPECT_TRUE(tells(*context, "madang.identity.v1.PersonalDataErased")) << context->name();
  }
  EXPECT_EQ(keepers, identity::keepers_of_keys) << "see contexts/CMakeLists.txt";
}

}  // namespace
}  // namespace madang
