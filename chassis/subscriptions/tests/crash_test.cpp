// Real processes that a delivery brings down, on real files.
#include <csignal>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "chassis/assembly/assembly.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/storage/migrations.hpp"
#include "chassis/storage/sqlite.hpp"
#include "chassis/storage/temporary_folder.hpp"
#include "chassis/subscriptions/engine.hpp"
#include "chassis/subscriptions/metrics.hpp"
#include "chassis/testing/scenario.hpp"

namespace madang::press {

using namespace chassis;
using kernel::Id, kernel::Then, kernel::then;
using PageId = Id<struct PageTag>;

inline bool mended = false;  // "the fix"

void fall_over(const std::string& text, const std::string& where) {
  if (text == where && !mended) std::abort();
}

struct PagePrinted {
  PageId page;
  std::string text;
};
struct Page {
  using Id = PageId;
  using Events = OneOf<PagePrinted>;
  static Page evolve(Page page, const PagePrinted&) { return page; }
};
struct PrintPage {
  PageId page;
  std::string text;
  using Decision = Then<PagePrinted>::Always;
  static Decision decide(const PrintPage& asked, const Page&) {
    fall_over(asked.text, "rule");
    return then(PagePrinted{asked.page, asked.text});
  }
};
struct PageCounted {
  PageId page;
};
struct Tally {
  using Id = PageId;
  using Events = OneOf<PageCounted>;
  static Tally evolve(Tally tally, const PageCounted&) { return tally; }
};
struct CountPage {
  PageId page;
  using Decision = Then<PageCounted>::Always;
  static Decision decide(const CountPage& asked, const Tally&) {
    return then(PageCounted{asked.page});
  }
};
CountPage count_what_was_printed(const PagePrinted& printed) {
  fall_over(printed.text, "policy");
  return {printed.page};
}
inline std::vector<std::string> shown;

void show_what_was_printed(const PagePrinted& printed, const RequestKey&, Gives<CountPage>) {
  if (printed.text == "jammed" && !mended) throw std::runtime_error{"the printer is jammed"};
  shown.push_back(printed.text);
  fall_over(printed.text, "reaction");
  if (printed.text == "killed in reaction") ::raise(SIGKILL);
}
struct Pages {
  using Key = PageId;
  struct Row {
    std::string text;
  };
  using Reads = OneOf<Page>;
  static Row start(const PagePrinted& printed) {
    fall_over(printed.text, "read model");
    return {printed.text};
  }
};

std::unique_ptr<Context> press() {
  return context("press")
      .aggregates<Page, Tally>()
      .commands<PrintPage, CountPage>()
      .policy("count_pages", whenever<PagePrinted>, count_what_was_printed)
      .reaction<show_what_was_printed>(whenever<PagePrinted>)
      .projection<Pages>()
      .publishes(keeps_private<PagePrinted, PageCounted>)
      .done();
}

namespace {

constexpr int start_max = 5;

// What one process does: it prints this page (again), rests, and is to print another.
void serve(const std::string& folder, const std::string& text) {
  runtime::Threads threads;
  const auto context = press();
  Silent log;
  Bus bus;
  Engine engine{*context, threads, bus, {}, {.folder = folder}, log};
  engine.start();
  const auto print = [&](const std::string& page, const std::string& it) {
    try {
      static_cast<void>(engine.run(PrintPage{testing::named<PageId>(page), it},
                                   CommandId{digest128({"test", it}), "requests/test", {}, {}}));
    } catch (const Defect&) {
      if (text != "rule") ::_exit(2);
    }
    if (!engine.settle(threads.now() + std::chrono::seconds{30})) ::_exit(3);
  };
  print(text, text);
  print(text, "the same page once more");
  print("another page", "another page");
  const auto parked = engine.parked();
  // With what comes after it under its key, which must not overtake it.
  if (parked.size() != (text == "policy" || text == "reaction" ? 2U : 0U)) ::_exit(4);
  mended = true;  // and a person, who knows that, has it handled without another start
  for (const auto& it : parked) engine.retry_parked(it.consumer, it.key);
  for (const auto deadline = threads.now() + std::chrono::seconds{30}; !engine.parked().empty();) {
    if (threads.now() > deadline) ::_exit(6);
    threads.sleep(std::chrono::milliseconds{1});
  }
  threads.stop();
  threads.join();
  engine.close();
  if (std::filesystem::file_size(folder + "/journal.db-wal") != 0) ::_exit(5);
}

// How many processes it takes until one serves; start_max: none did.
int starts_until_served(const std::string& text) {
  const storage::TemporaryFolder folder;
  for (int start = 1; start < start_max; ++start) {
    const auto child = ::fork();
    if (child == 0) {
      serve(folder.path(), text);
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status)) {
      EXPECT_EQ(WEXITSTATUS(status), 0);
      return start;
    }
  }
  return start_max;
}

TEST(ADeliveryThatBringsTheProcessDown, IsSetAsideAtTheThirdStartUntilAPersonHasItHandled) {
  EXPECT_EQ(starts_until_served("harmless"), 1);
  EXPECT_EQ(starts_until_served("policy"), 3);
  EXPECT_EQ(starts_until_served("read model"), 3);
  EXPECT_EQ(starts_until_served("reaction"), 3);
  EXPECT_EQ(starts_until_served("rule"), 3);
}
TEST(ACallToTheOutside, IsNotBlamedForAProcessThatWasKilled) {
  EXPECT_EQ(starts_until_served("killed in reaction"), start_max);
}

TEST(AReaction, IsTriedAgainWithWhatWaitedBehindIt) {
  const storage::TemporaryFolder folder;
  runtime::Threads threads;
  const auto context = press();
  Silent log;
  Bus bus;
  Engine engine{*context, threads, bus, {}, {.folder = folder.path()}, log};
  telemetry::Registry metrics;
  const auto gauges = show_metrics(engine, metrics);
  engine.start();
  for (const std::string text : {"jammed", "behind"})
    static_cast<void>(engine.run(PrintPage{testing::named<PageId>("page"), text},
                                 CommandId{digest128({"test", text}), "requests/test", {}, {}}));
  const auto deadline = threads.now() + std::chrono::seconds{30};
  ASSERT_TRUE(engine.settle(deadline));
  const auto parked = engine.parked();
  ASSERT_EQ(parked.size(), 2U);
  EXPECT_EQ(parked[0].cause, "the printer is jammed");
  EXPECT_EQ(parked[1].cause, "");
  EXPECT_NE(metrics.exposition().find("madang_events_of{context=\"press\",type=\"PagePrinted\"}"),
            std::string::npos)
      << metrics.exposition();
  EXPECT_NE(metrics.exposition().find("madang_parked{context=\"press\"} 2"), std::string::npos)
      << metrics.exposition();

  mended = true;
  engine.retry_parked(parked[0].consumer, parked[0].key);
  while (!engine.parked().empty() && threads.now() < deadline)
    threads.sleep(std::chrono::milliseconds{1});
  EXPECT_TRUE(engine.parked().empty());
  threads.stop();
  threads.join();
  EXPECT_EQ(shown, (std::vector<std::string>{"jammed", "behind"}));
}

TEST(AnEngine, RefusesADatabaseThatIsNewerThanIt) {
  const storage::TemporaryFolder folder;
  serve(folder.path(), "harmless");
  for (const auto* file : {"journal.db", "views.db"}) {
    const auto path = folder / file;
    const auto change = [&](const std::string& sql) { storage::Database{path}.script(sql); };
    change("INSERT INTO migrations VALUES(1000, 'of tomorrow', '', 0)");
    try {
      serve(folder.path(), "harmless");
      ADD_FAILURE() << "it opened " << file;
    } catch (const storage::MigrationRefused& refused) {
      EXPECT_NE(std::string{refused.what()}.find(path + ": the database is newer"),
                std::string::npos)
          << refused.what();
    }
    change("DELETE FROM migrations WHERE number = 1000");
  }
}

}  // namespace
}  // namespace madang::press
