// An upgrade and a roll-back between two stored forms of an event.
#include "chassis/assembly/assembly.hpp"
#include "chassis/testing/scenario.hpp"
#include "chassis/testing/town.hpp"

#include <algorithm>
#include <vector>

namespace madang::diary {
namespace {

using namespace chassis;
using kernel::Id, kernel::Then, kernel::then;
using PageId = Id<struct PageTag>;

namespace because {
struct written_already {};
}  // namespace because

struct LineWritten {
  PageId page;
  std::string words;  // "text", once
};
struct Page {
  using Id = PageId;
  using Events = OneOf<LineWritten>;
  std::vector<std::string> lines;
  static Page evolve(Page page, const LineWritten& it) {
    page.lines.push_back(it.words);
    return page;
  }
};
struct WriteLine {
  PageId page;
  std::string words;
  using Decision = Then<LineWritten>::Unless<because::written_already>;
  static Decision decide(const WriteLine& asked, const Page& page) {
    if (std::ranges::find(page.lines, asked.words) != page.lines.end())
      return because::written_already{};
    return then(LineWritten{asked.page, asked.words});
  }
};

// The release that first reads the newer form; the next leaves out the line that still writes the older one.
std::unique_ptr<Context> diary_context() {
  return context("diary")
      .aggregates<Page>()
      .commands<WriteLine>()
      .upcast<LineWritten>(1, [](JsonDocument& it) { it.rename("text", "words"); })
      .still_writes<LineWritten>(1, [](JsonDocument& it) { it.rename("words", "text"); })
      .publishes(keeps_private<LineWritten>)
      .done();
}

struct ADiary : ::testing::Test {
  std::unique_ptr<Context> context = diary_context();
  const std::map<std::string, Downcaster> of_the_release_before = context->still_written;
  testing::Town town;
  const PageId page = testing::named<PageId>("page");

  ADiary() {
    town.add(*context);
    town.start();
  }
  void go_on_with(const std::map<std::string, Downcaster>& still_written) {
    town.stop();
    context->still_written = still_written;
    town.start();
  }
  bool write(const std::string& words) {
    return town.run([&] {
      const CommandId id{digest128({"write", words, ++asked_}), "requests/test", {}, {}};
      return !town.engine("diary").run(WriteLine{page, words}, id).refused();
    });
  }
  std::vector<std::string> stored() {
    return town.run([&] {
      std::vector<std::string> forms;
      for (const auto& event : town.engine("diary").read_journal()->after(0, 100))
        forms.push_back(std::to_string(event.schema) + " " +
                        (event.payload.find("words") == event.payload.npos ? "text" : "words"));
      return forms;
    });
  }

 private:
  int asked_ = 0;
};

TEST_F(ADiary, IsReadInBothFormsByReleasesOfWhichEachWritesItsOwn) {
  EXPECT_TRUE(write("one"));
  go_on_with({});
  EXPECT_FALSE(write("one"));
  EXPECT_TRUE(write("two"));
  go_on_with(of_the_release_before);
  EXPECT_FALSE(write("one"));
  EXPECT_FALSE(write("two"));
  EXPECT_TRUE(write("three"));
  EXPECT_EQ(stored(), (std::vector<std::string>{"1 text", "2 words", "1 text"}));
}

TEST_F(ADiary, TellsARepeatTheSameThoughAnotherReleaseHasStoredIt) {
  const auto say = [&] {
    return town.run([&] {
      const CommandId id{digest128({"the same"}), "requests/test", {}, {}};
      return town.engine("diary").run(WriteLine{page, "one"}, id).find<LineWritten>()->words;
    });
  };
  EXPECT_EQ(say(), "one");
  go_on_with({});
  EXPECT_EQ(say(), "one");
}

}  // namespace
}  // namespace madang::diary
