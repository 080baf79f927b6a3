#include "chassis/config/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace madang::config {
namespace {

using namespace std::chrono_literals;

std::vector<Option> options() {
  return {
      {"http.listen", Kind::text, "127.0.0.1:8080", "Where the shop listens."},
      {"http.workers", Kind::integer, "32", "Tasks that answer.", false, 1, 1000},
      {"log.level", Kind::text, "info", "How much is said.", false, 0, 0, {"info", "debug"}},
      {"rental.cancel_within", Kind::duration, "7d", "When it is too late.", false, 0, 864'000'000},
      {"sandbox", Kind::boolean, "true", "Run the sandbox provider inside."},
      {"payment.key", Kind::text, "", "Signs webhooks.", true}};
}

class Configuring : public testing::Test {
 protected:
  Configuring() {
    sources.read_file = [this](const std::string& path) {
      const auto found = files.find(path);
      return found == files.end() ? std::nullopt : std::optional{found->second};
    };
  }
  void file(std::string contents) {
    files["shop.toml"] = std::move(contents);
    sources.file_path = "shop.toml";
  }
  Settings settings() const { return {options(), sources}; }
  std::string what_is_wrong() const {
    try {
      static_cast<void>(settings());
    } catch (const Misconfigured& wrong) {
      return wrong.what();
    }
    return "";
  }
  std::map<std::string, std::string> files;
  Sources sources;
};

TEST_F(Configuring, BeginsWithTheDefaults) {
  const Settings all = settings();
  EXPECT_EQ(all.text("http.listen"), "127.0.0.1:8080");
  EXPECT_EQ(all.integer("http.workers"), 32);
  EXPECT_EQ(all.duration("rental.cancel_within"), 168h);
  EXPECT_TRUE(all.boolean("sandbox"));
  EXPECT_FALSE(all.has("payment.key"));
}

TEST_F(Configuring, TakesTheHighestLayerThatHasAValue) {
  file(
      "sandbox = false\n[http]\nlisten = 'file:1'\nworkers = 5\n[rental]\ncancel_within = \"90m\"\n");
  EXPECT_EQ(settings().text("http.listen"), "file:1");
  EXPECT_EQ(settings().integer("http.workers"), 5);
  EXPECT_EQ(settings().duration("rental.cancel_within"), 90min);
  EXPECT_FALSE(settings().boolean("sandbox"));
  sources.environment = {{"MADANG_HTTP_LISTEN", "environment:1"}, {"PATH", "/bin"}};
  EXPECT_EQ(settings().text("http.listen"), "environment:1");
  sources.flags = {{"http.listen", "flag:1"}, {"http.listen", "flag:2"}};
  EXPECT_EQ(settings().text("http.listen"), "flag:2");
}

TEST_F(Configuring, TellsAllThatIsWrongAtOnce) {
  file("[http]\nport = 80\nworkers = 0\n[log]\nlevel = 'loud'\n");
  sources.environment = {
      {"MADANG_HTTP_WORKER", "5"}, {"MADANG_SANDBOX", "yes"}, {"MADANG_JOBS", "1"}};
  sources.environment_ignored = {"MADANG_JOBS"};
  sources.flags = {{"rental.cancel_within", "soon"}, {"rental.cancel_within", "11d"}};
  EXPECT_EQ(what_is_wrong(),
            "file shop.toml:2: there is no option http.port\n"
            "file shop.toml:3: must be at least 1\n"
            "file shop.toml:5: must be one of info, debug\n"
            "environment MADANG_HTTP_WORKER: there is no such option\n"
            "environment MADANG_SANDBOX: must be true or false\n"
            "flag --rental.cancel_within: must be a time such as 500ms, 10s, 5m, 48h or 7d\n"
            "flag --rental.cancel_within: must be at most 864000000ms");
}

TEST_F(Configuring, SaysWhereAFileIsNoToml) {
  sources.file_path = "none.toml";
  EXPECT_EQ(what_is_wrong(), "none.toml: cannot be read");
  file("[http\n");
  EXPECT_THAT(what_is_wrong(), testing::StartsWith("shop.toml: line 1: "));
  file("[http]\nlisten = ['a', 'b']\n");
  EXPECT_EQ(what_is_wrong(), "shop.toml: line 2: http.listen is neither text, number nor truth");
}

TEST_F(Configuring, TakesSecretsFromTheirFiles) {
  files["/run/key"] = "a secret\n";
  file("[payment]\nkey_file = '/run/key'\n");
  EXPECT_EQ(settings().text("payment.key"), "a secret");
  sources.environment = {{"MADANG_PAYMENT_KEY_FILE", "/run/none"}};
  EXPECT_EQ(what_is_wrong(), "environment MADANG_PAYMENT_KEY_FILE: cannot read /run/none");
  sources.environment = {{"MADANG_PAYMENT_KEY", "another"}};
  EXPECT_EQ(settings().text("payment.key"), "another");
}

TEST_F(Configuring, TakesNoSecretWhereOthersCanReadIt) {
  file("[payment]\nkey = 'a secret'\n[http]\nlisten_file = '/run/key'\n");
  sources.flags = {{"payment.key", "a secret"}};
  EXPECT_EQ(what_is_wrong(),
            "file shop.toml:2: a secret is given by payment.key_file, the path of its file\n"
            "file shop.toml:4: there is no option http.listen_file\n"
            "flag --payment.key: a secret is given by payment.key_file, the path of its file");
}

TEST_F(Configuring, ShowsWhatIsInForceAndFromWhereButNoSecret) {
  file("[http]\nworkers = 5\n");
  sources.environment = {{"MADANG_PAYMENT_KEY", "a secret"}};
  const std::string shown = settings().shown();
  EXPECT_THAT(shown, testing::HasSubstr("http.workers = 5 "));
  EXPECT_THAT(shown, testing::HasSubstr("file shop.toml:2 "));
  EXPECT_THAT(shown, testing::HasSubstr("payment.key = (secret)"));
  EXPECT_THAT(shown, testing::HasSubstr("Where the shop listens.\n"));
  const std::string json = settings().shown_as_json();
  EXPECT_THAT(json,
              testing::HasSubstr(R"({"name":"http.workers","value":5,"from":"file shop.toml:2")"));
  for (const auto& text : {shown, json})
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("a secret")));
}

TEST_F(Configuring, WritesAFileThatConfiguresTheSameAndHoldsNoSecret) {
  file("[http]\nworkers = 5\n");
  sources.environment = {{"MADANG_PAYMENT_KEY", "a secret"}};
  const std::string written = settings().shown_as_toml();
  EXPECT_THAT(written, testing::HasSubstr("\nhttp.workers = 5\n"));
  EXPECT_THAT(written, testing::HasSubstr("# Where the shop listens.\n# http.listen = \""));
  EXPECT_THAT(written, testing::HasSubstr("# payment.key_file = \"\"\n"));
  sources.environment = {};
  file(written);
  EXPECT_EQ(settings().integer("http.workers"), 5);
  EXPECT_EQ(settings().shown_as_toml(), written);
}

TEST_F(Configuring, TreatsAnOptionThatIsNoneAsADefect) {
  const Settings all = settings();
  EXPECT_THROW(static_cast<void>(all.text("http.port")), std::logic_error);
  EXPECT_THROW(static_cast<void>(all.text("http.workers")), std::logic_error);
  EXPECT_THROW(static_cast<void>(all.text("payment.key")), std::logic_error);
  EXPECT_THROW(static_cast<void>(all.has("http.port")), std::logic_error);
  auto twice = options();
  twice.push_back(twice.front());
  EXPECT_THROW((Settings{twice, sources}), std::logic_error);
}

}  // namespace
}  // namespace madang::config
