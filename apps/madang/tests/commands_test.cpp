// The program as a person at a terminal meets it: what it prints and its exit codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>

#include "chassis/runtime/threads.hpp"
#include "chassis/storage/folder_lock.hpp"
#include "chassis/storage/sqlite.hpp"
#include "chassis/storage/temporary_folder.hpp"

namespace madang::app {
namespace {

using testing::HasSubstr, testing::Not;

struct Ended {
  int code;
  std::string said;  // on both outputs
};

Ended run(const std::string& words) {
  auto* pipe = ::popen((std::string{MADANG_PROGRAM} + ' ' + words + " 2>&1").c_str(), "r");
  Ended ended{-1, {}};
  std::array<char, 4096> part{};
  while (const auto size = std::fread(part.data(), 1, part.size(), pipe))
    ended.said.append(part.data(), size);
  ended.code = WEXITSTATUS(::pclose(pipe));
  return ended;
}

// A folder in which there is one operator.
class Commands : public testing::Test {
 protected:
  Commands() {
    std::ofstream{password_} << "a long sentence about rain\n";
    const auto added =
        run("operator add --email kim@example.com --password-file " + password_ + data());
    EXPECT_EQ(added.code, 0) << added.said;
  }
  [[nodiscard]] std::string data() const { return " --data " + folder_.path(); }
  void spoil(const std::string& file, const std::string& sql) {
    storage::Database{folder_ / file, storage::Synchronous::normal, storage::Open::read_write}
        .script(sql);
  }
  [[nodiscard]] std::string person() const {
    const auto said = run("events --type PersonRegistered" + data()).said;
    const auto at = said.find("Person/");
    return at == std::string::npos ? "nobody: " + said : said.substr(at, sizeof "Person/" - 1 + 36);
  }

  storage::TemporaryFolder folder_;
  std::string password_ = folder_ / "password";
};
using AFolder = Commands;
using AnOperator = Commands;
using AReader = Commands;
using ACheck = Commands;
using AReadModel = Commands;
using AParkedDelivery = Commands;

TEST(TheProgram, HelpsAndSaysWhatItDoesNotUnderstand) {
  EXPECT_EQ(run("--help").code, 0);
  EXPECT_THAT(run("show --help").said, HasSubstr("Examples:"));
  EXPECT_EQ(run("").code, 2);
  EXPECT_EQ(run("dance").code, 2);
  EXPECT_EQ(run("show").code, 2);
  EXPECT_EQ(run("check --data /nowhere/at/all").code, 3);
}
TEST(TheProgram, RefusesHoldsThatEndBeforeTheirPaymentMayBegin) {
  EXPECT_EQ(run("config --set rental.pay_within=2s --set rental.hold_lasts=3s").code, 0);
  const auto refused = run("config --set rental.pay_within=3s --set rental.hold_lasts=3s");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.said, HasSubstr("rental.hold_lasts"));
}
TEST(TheProgram, DrawsWhatItsContextsAreMadeOf) {
  const auto text = run("inspect identity");
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.said, HasSubstr("RegisterPerson"));
  EXPECT_THAT(text.said, Not(HasSubstr("EditionRegistered")));
  EXPECT_THAT(run("inspect --json").said, testing::StartsWith("[{\"context\":"));
  EXPECT_THAT(run("inspect catalog --format mermaid").said, HasSubstr("flowchart LR"));
  EXPECT_EQ(run("inspect nothing").code, 1);
}

TEST_F(AnOperator, IsMadeOnceAndKeepsThePasswordWhenMadeAgain) {
  const auto again = run("operator add --email Kim@Example.com" + data());
  EXPECT_EQ(again.code, 0) << again.said;
  EXPECT_THAT(again.said, HasSubstr("stays as it was"));
  EXPECT_THAT(run("events --type PersonRegistered --json" + data()).said,
              HasSubstr("\"position\":1,"));
}
TEST_F(AnOperator, IsNotMadeWithAPasswordThatIsTooShort) {
  std::ofstream{password_} << "short\n";
  const auto added =
      run("operator add --email lee@example.com --password-file " + password_ + data());
  EXPECT_EQ(added.code, 1);
  EXPECT_THAT(added.said, HasSubstr("too short"));
  EXPECT_EQ(run("operator add --email lee" + data()).code, 2);
}

TEST_F(AnOperator, WhoForgotTheirPasswordGetsACodeAndIsOnRecord) {
  const auto given = run("operator reset --email Kim@example.com" + data());
  EXPECT_EQ(given.code, 0) << given.said;
  const auto code = given.said.substr(given.said.find("redemption\n") + sizeof "redemption");
  EXPECT_THAT(code, testing::MatchesRegex("[A-Za-z0-9_-]{43}\n"));
  const auto begun = run("events --type PasswordResetBegun --json" + data()).said;
  EXPECT_THAT(begun, HasSubstr("PasswordResetBegun"));
  EXPECT_THAT(begun, Not(HasSubstr(code.substr(0, 43))));
  EXPECT_THAT(run("audit" + data()).said,
              HasSubstr("the machine, by `operator reset` let someone choose another password"));
  EXPECT_EQ(run("operator reset --email lee@example.com" + data()).code, 1);
}

TEST_F(AnOperator, LosesASecondFactorOnlyWhenTheyHaveOneAndWhyIsSaid) {
  const std::string of_kim = "operator remove-factor --email kim@example.com";
  const auto refused = run(of_kim + " --why device_lost" + data());
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.said, HasSubstr("they have no second factor"));
  EXPECT_EQ(run("operator remove-factor --email lee@example.com --why device_lost" + data()).code,
            1);
  EXPECT_EQ(run(of_kim + data()).code, 2);
  EXPECT_EQ(run(of_kim + " --why boredom" + data()).code, 2);
}

TEST_F(AReader, ShowsAStreamAndTheStateItLeadsTo) {
  const auto shown = run("show " + person() + data());
  EXPECT_EQ(shown.code, 0) << shown.said;
  EXPECT_THAT(shown.said, HasSubstr("PersonRegistered"));
  EXPECT_THAT(shown.said, HasSubstr("RoleGiven"));
  EXPECT_THAT(shown.said, HasSubstr("state after version"));
  EXPECT_THAT(run("show " + person() + " --json" + data()).said, HasSubstr("\"state\":{"));
  EXPECT_EQ(run("show Person/none" + data()).code, 1);
}
TEST_F(AReader, ShowsNoStateBeforeTheStreamBegan) {
  const auto shown = run("show " + person() + " --at 2020-01-01T00:00:00.000Z" + data());
  EXPECT_EQ(shown.code, 1);
  EXPECT_THAT(shown.said, HasSubstr("begins after"));
  EXPECT_EQ(run("show " + person() + " --at yesterday" + data()).code, 2);
}
TEST_F(AReader, FindsEventsByStreamAndType) {
  EXPECT_THAT(run("events --stream Person/" + data()).said, HasSubstr("PersonRegistered"));
  EXPECT_EQ(run("events --stream Session/" + data()).said, "");
  EXPECT_EQ(run("events --type SessionBegun" + data()).said, "");
}

TEST_F(AFolder, ThatIsInUseIsReadAndNotChanged) {
  const auto lock = storage::FolderLock::take(folder_.path(), runtime::Threads{}.now());
  ASSERT_TRUE(lock.has_value());
  EXPECT_EQ(run("check" + data()).code, 0);
  EXPECT_EQ(run("show " + person() + data()).code, 0);
  for (const auto* change :
       {"rebuild password_hashes", "parked retry identity 1",
        "parked discard identity 1 --reason none", "operator add --email lee@example.com"}) {
    const auto refused = run(change + data());
    EXPECT_EQ(refused.code, 3) << change;
    EXPECT_THAT(refused.said, HasSubstr("in use by process"));
  }
}

TEST_F(AFolder, IsSaidToNeedNoMigrationOrWhichOrThatItIsNewer) {
  const auto none = run("serve --dry-run" + data());
  EXPECT_EQ(none.code, 0) << none.said;
  EXPECT_THAT(none.said, HasSubstr("no migration is pending"));
  spoil("identity/journal.db", "DELETE FROM migrations");
  const auto first = run("serve --dry-run" + data());
  EXPECT_EQ(first.code, 0) << first.said;
  EXPECT_THAT(first.said, HasSubstr("journal.db: would run 1, "));
  EXPECT_EQ(run("serve --dry-run" + data()).said, first.said);  // it ran nothing
  spoil("identity/journal.db", "INSERT INTO migrations VALUES(99, 'from tomorrow', '', 0)");
  EXPECT_EQ(run("serve --dry-run" + data()).code, 1);
  EXPECT_EQ(run("serve --dry-run --data " + folder_ / "none").code, 0);
}

class Configured : public testing::Test {
 protected:
  Configured() {
    std::ofstream{file_} << "listen = '127.0.0.1:1'\n[http]\nrequests_per_minute = 1\n";
  }
  storage::TemporaryFolder folder_;
  std::string file_ = folder_ / "madang.toml";
  std::string clean_ = "config --config " + file_;
};
using AnOption = Configured;

// The line of one option.
std::string line_with(const std::string& said, const std::string& name) {
  const auto at = said.find(name);
  return at == std::string::npos ? "" : said.substr(at, said.find('\n', at) - at);
}

TEST_F(AnOption, ComesFromTheNearestOfFlagEnvironmentFileAndDefault) {
  ::unsetenv("MADANG_LISTEN");
  EXPECT_THAT(line_with(run("config").said, "listen"),
              testing::ContainsRegex("127.0.0.1:8080 +default"));
  EXPECT_THAT(line_with(run(clean_).said, "listen"), testing::ContainsRegex("127.0.0.1:1 +file"));
  EXPECT_THAT(line_with(run(clean_).said, "http.requests_per_minute"), HasSubstr("1"));
  ::setenv("MADANG_LISTEN", "127.0.0.1:2", 1);
  EXPECT_THAT(line_with(run(clean_).said, "listen"),
              testing::ContainsRegex("127.0.0.1:2 +environment MADANG_LISTEN"));
  EXPECT_THAT(line_with(run(clean_ + " --listen 127.0.0.1:3").said, "listen"),
              testing::ContainsRegex("127.0.0.1:3 +flag"));
  EXPECT_THAT(line_with(run(clean_ + " --set listen=127.0.0.1:4").said, "listen"),
              testing::ContainsRegex("127.0.0.1:4 +flag"));
  ::unsetenv("MADANG_LISTEN");
  EXPECT_THAT(run(clean_ + " --json").said, testing::StartsWith("[{"));
}
TEST_F(AnOption, ThatIsUnknownOrMakesNoSenseIsNotUnderstood) {
  EXPECT_EQ(run("config --set nothing=1").code, 2);
  EXPECT_EQ(run("config --set listen").code, 2);
  EXPECT_EQ(run("config --set http.requests_per_minute=many").code, 2);
  EXPECT_EQ(run("config --set http.requests_per_minute=6000001").code,
            2);  // beyond what is counted
  std::ofstream{file_, std::ios::app} << "nothing = 1\n";
  const auto refused = run(clean_);
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.said, HasSubstr("nothing"));
}

TEST_F(ACheck, FindsASoundFolderSound) {
  const auto checked = run("check" + data());
  EXPECT_EQ(checked.code, 0) << checked.said;
  EXPECT_THAT(checked.said, HasSubstr("everything is sound"));
  EXPECT_THAT(run("check --json" + data()).said, HasSubstr("\"rows of password_hashes\":1"));
}
TEST_F(ACheck, MissesAnEvent) {
  spoil("identity/journal.db", "DELETE FROM events WHERE position = 1");
  const auto checked = run("check" + data());
  EXPECT_EQ(checked.code, 1);
  EXPECT_THAT(checked.said, HasSubstr("positions are missing"));
  EXPECT_THAT(checked.said, HasSubstr("versions of a stream"));
}
TEST_F(ACheck, FindsAnEventThatCannotBeRead) {
  spoil("identity/journal.db", "UPDATE events SET payload = '{}' WHERE position = 1");
  const auto checked = run("check" + data());
  EXPECT_EQ(checked.code, 1);
  EXPECT_THAT(checked.said, HasSubstr("cannot be folded"));
}
TEST_F(ACheck, FindsAnEventThatIsNotChainedToTheOneBeforeIt) {
  spoil("identity/journal.db", "UPDATE events SET previous = 4711 WHERE position = 1");
  EXPECT_THAT(run("check" + data()).said, HasSubstr("the one before it in its stream (1)"));
  spoil(
      "identity/journal.db",
      "UPDATE streams SET last = 4711 WHERE version > 0; UPDATE events SET previous = 0 WHERE position = 1");
  const auto checked = run("check" + data());
  EXPECT_THAT(checked.said, HasSubstr("does not name its last event"));
  EXPECT_THAT(checked.said, HasSubstr("cannot be folded"));
}
TEST_F(ACheck, FindsAClaimThatNobodyOwns) {
  spoil("identity/journal.db", "UPDATE claims SET owner = 4711");
  EXPECT_THAT(run("check" + data()).said, HasSubstr("a claim is owned by no stream"));
}

TEST_F(AReadModel, ThatWasChangedByHandIsFoundAndMadeAgain) {
  spoil("identity/views.db", "DELETE FROM rows_password_hashes_1");
  const auto checked = run("check" + data());
  EXPECT_EQ(checked.code, 1);
  EXPECT_THAT(checked.said, HasSubstr("1 rows are not what the events lead to"));
  const auto rebuilt = run("rebuild password_hashes --compare" + data());
  EXPECT_EQ(rebuilt.code, 1) << rebuilt.said;
  EXPECT_THAT(rebuilt.said, HasSubstr("1 rows, 1 of them other than before"));
  EXPECT_EQ(run("check" + data()).code, 0);
  EXPECT_EQ(run("rebuild password_hashes --compare" + data()).code, 0);
}
TEST_F(AReadModel, ThatIsUnknownIsToldFromThoseThatAreThere) {
  const auto rebuilt = run("rebuild nothing" + data());
  EXPECT_EQ(rebuilt.code, 1);
  EXPECT_THAT(rebuilt.said, HasSubstr("password_hashes"));
}

TEST_F(AReadModel, ShowsItsParkedRowsInTheList) {
  spoil("identity/views.db",
        "INSERT INTO parked(projection, generation, key, position, delivery, cause)"
        " VALUES('password_hashes', 1, 'k', 1, '{}', 'no such row')");
  EXPECT_THAT(run("parked list" + data()).said,
              HasSubstr("identity read model password_hashes k: no such row"));
  EXPECT_THAT(run("parked list --json" + data()).said,
              HasSubstr(R"("read_model":"password_hashes","key":"k","position":1)"));
}

TEST_F(AParkedDelivery, ThatIsNotThereIsNotRetried) {
  EXPECT_EQ(run("parked retry identity 7" + data()).code, 1);
  EXPECT_EQ(run("parked retry nowhere 7" + data()).code, 1);
  EXPECT_EQ(run("parked retry identity" + data()).code, 2);
}
TEST_F(AParkedDelivery, IsListedAndDiscarded) {
  spoil(
      "identity/journal.db",
      "INSERT INTO parked VALUES(7, 'a_policy', 'Person/x', '', 1, '{}', 'no luck', 1, 0, 0, '')");
  EXPECT_THAT(run("parked list" + data()).said, HasSubstr("identity 7 a_policy Person/x: no luck"));
  EXPECT_EQ(run("parked discard identity 8 --reason x" + data()).code, 1);
  EXPECT_EQ(run("parked discard identity 7 --reason 'no use'" + data()).code, 0);
  EXPECT_EQ(run("parked list" + data()).said, "");
}

}  // namespace
}  // namespace madang::app
