#include "chassis/telemetry/log.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>

#include "chassis/runtime/threads.hpp"
#include "chassis/telemetry/log_writer.hpp"
#include "chassis/telemetry/security_note.hpp"
#include "chassis/telemetry/time_text.hpp"

namespace madang::telemetry {
namespace {

using namespace std::chrono_literals;

class Logging : public testing::Test {
 protected:
  std::vector<std::string> lines;
  Log log{[] { return kernel::Instant{std::chrono::sys_days{std::chrono::July / 15 / 2026} + 9h}; },
          [this](std::string line) { lines.push_back(std::move(line)); }};
};

TEST_F(Logging, TellsWhatConcernsSecurityApartFromAllElse) {
  SecurityNote note{
      .at = kernel::Instant{std::chrono::sys_days{std::chrono::July / 15 / 2026} + 9h},
      .what = "sign-in refused",
      .person = {},
      .by = {},
      .whose = "kbDkxqCJUNE",
      .about = {},
      .address = "192.0.2.7",
      .trace = {}};
  EXPECT_EQ(json_line(note),
            R"({"at":"2026-07-15T09:00:00.000Z","log":"security","what":"sign-in refused",)"
            R"("whose":"kbDkxqCJUNE","address":"192.0.2.7"})");
  note.whose.clear();
  note.person = kernel::PersonId::parse("01234567-89ab-8def-8001-0203040506ff");
  note.by = note.person;
  note.about = "\"quoted\"";
  note.trace = "0af7";
  EXPECT_EQ(json_line(note),
            R"({"at":"2026-07-15T09:00:00.000Z","log":"security","what":"sign-in refused",)"
            R"("person":"01234567-89ab-8def-8001-0203040506ff",)"
            R"("by":"01234567-89ab-8def-8001-0203040506ff","about":"\"quoted\"",)"
            R"("address":"192.0.2.7","trace":"0af7"})");
}

TEST_F(Logging, IsALineOfJson) {
  log.info("server-started",
           {{"address", "127.0.0.1:8080"}, {"workers", 32}, {"share", 0.5}, {"ready", true}});
  EXPECT_EQ(lines.at(0),
            R"({"at":"2026-07-15T09:00:00.000Z","log":"server-started","level":"info",)"
            R"("address":"127.0.0.1:8080","workers":32,"share":0.5,"ready":true})");
}

TEST_F(Logging, EscapesWhatWouldBreakTheLine) {
  log.error("odd", {{"text", "a\"\n\x01\xff"}, {"number", std::nan("")}});
  EXPECT_THAT(lines.at(0), testing::EndsWith(R"("text":"a\"\n\u0001\ufffd","number":null})"));
}

TEST_F(Logging, LeavesOutWhatIsTooFine) {
  log.debug("detail");
  EXPECT_TRUE(lines.empty());
  log.set_least(Level::debug);
  log.debug("detail");
  EXPECT_EQ(lines.size(), 1u);
}

TEST_F(Logging, NeverShowsASecret) {
  log.warning("tried", {{"password", "correct horse"},
                        {"Authorization", "Basic abc"},
                        {"card_holder", "somebody"},
                        {"what", "header Authorization: Bearer abcdefghijkl failed"}});
  for (const auto* secret : {"horse", "Basic", "somebody", "abcdefghijkl"})
    EXPECT_THAT(lines.at(0), testing::Not(testing::HasSubstr(secret)));
}

TEST(SecretNames, AreKnownByTheirWords) {
  for (const auto* name : {"authorization", "Set-Cookie", "access_token", "new_password", "card",
                           "card-number", "client_secret", "cvc", "PIN"})
    EXPECT_TRUE(is_secret_name(name)) << name;
  for (const auto* name : {"discarded", "cardinality", "edition", "pinned", "trace", ""})
    EXPECT_FALSE(is_secret_name(name)) << name;
}

TEST(SecretsWithinTexts, AreReplaced) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"Bearer abcdefghijkl.mno", "[redacted]"},
      {"got eyJhbGciOiJFUzI1NiJ9.e30.abc here", "got [redacted] here"},
      {"paid with 4242 4242 4242 4242.", "paid with [redacted]."},
      {"4242-4242-4242-4242", "[redacted]"},
      {"order 4242424242424243", "order 4242424242424243"},
      {"trace a4242424242424242", "trace a4242424242424242"},
      {"bearer of news", "bearer of news"},
      {"12 books", "12 books"},
  };
  for (const auto& [text, clean] : cases) EXPECT_EQ(redacted(text), clean);
}

TEST(Levels, AreReadAsWritten) {
  for (const Level level : {Level::debug, Level::info, Level::warning, Level::error})
    EXPECT_EQ(parse_level(text_of(level)), level);
  EXPECT_FALSE(parse_level("loud"));
}

class WritingALog : public testing::Test {
 protected:
  WritingALog() { EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0); }
  ~WritingALog() override {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  // To the end, which is when nobody can write any more.
  std::string read_all() {
    ::close(ends[1]);
    std::string all;
    char bytes[65536];
    for (ssize_t count = 0; (count = ::read(ends[0], bytes, sizeof bytes)) > 0;)
      all.append(bytes, static_cast<std::size_t>(count));
    return all;
  }
  int ends[2]{};
  runtime::Threads runtime;
  Registry registry;
};

TEST_F(WritingALog, KeepsTheOrderAndLosesNothingAtTheEnd) {
  std::string expected;
  {
    LogWriter writer{runtime, ends[1], registry};
    for (int number = 0; number < 1000; ++number) {
      expected += "line " + std::to_string(number) + '\n';
      writer.write("line " + std::to_string(number));
    }
  }
  EXPECT_EQ(read_all(), expected);
}

TEST_F(WritingALog, WritesWhatWaitsWhenTheProcessHasStopped) {
  {
    LogWriter writer{runtime, ends[1], registry};
    runtime.stop();
    runtime.join();
    writer.write("the last word");
  }
  EXPECT_EQ(read_all(), "the last word\n");
}

TEST_F(WritingALog, DropsAndCountsWhatNobodyReads) {
  {
    LogWriter writer{runtime, ends[1], registry, 10};
    for (int number = 0; number < 10'000; ++number) writer.write(std::string(1000, 'a'));
  }
  EXPECT_GT(registry.counter("madang_log_dropped_total", "").value(), 1000u);
}

}  // namespace
}  // namespace madang::telemetry
