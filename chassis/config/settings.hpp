#pragma once
// How the shop is set up. Each option is declared once, with its kind, its default and a sentence;
// its value comes from the highest layer that has one:
//
//   defaults  <  TOML file  <  environment  <  flags  <  what operators have changed while the shop runs
//
//   option "http.listen":   [http] listen = "…"     MADANG_HTTP_LISTEN     --http.listen=…
//
// What nobody declared is an error, and so is a value of another kind; all such faults are told at
// once. A secret is given by reference, `<name>_file`, the path of a file that holds it, so that it
// stands in no file of settings and no list of processes; only the environment may hold it itself.
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace madang::config {

enum class Kind {
  text,
  integer,
  boolean,   // true, false
  duration,  // a whole number and ms, s, m, h or d: "500ms", "48h"
};

struct Option {
  std::string name;  // parts of [a-z0-9_]+ joined by dots
  Kind kind;
  std::string standard;  // as it would be written; empty: no value unless somebody gives one
  std::string help;
  bool secret = false;                               // text only
  std::int64_t least = INT64_MIN, most = INT64_MAX;  // integer; milliseconds of a duration
  std::vector<std::string> choices{};                // text; none: any
  bool is_limit = false;                             // may be changed while the shop runs
};

// What somebody has changed, and who it was.
struct Changed {
  std::string name, value, from;
};

struct Sources {
  std::optional<std::string> file_path{};            // of the TOML file; must exist
  std::map<std::string, std::string> environment{};  // names that begin with MADANG_ are looked at
  std::vector<std::string> environment_ignored{};    // such names that are somebody else's
  std::vector<std::pair<std::string, std::string>>
      flags{};  // option name and value; the last counts
  std::vector<Changed> changed{};
  // The contents of a file, nullopt when it cannot be read.
  std::function<std::optional<std::string>(const std::string& path)> read_file;
};

// All that is wrong, a line each, for the person who started the program.
struct Misconfigured : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Immutable; any thread. Asking for an option that was not declared, or as another kind, is a defect
// and throws std::logic_error.
class Settings {
 public:
  Settings(std::vector<Option>, const Sources&);  // throws Misconfigured

  [[nodiscard]] bool has(std::string_view name) const;  // given, or with a default
  [[nodiscard]] const std::string& text(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] bool boolean(std::string_view name) const;
  [[nodiscard]] std::chrono::milliseconds duration(std::string_view name) const;

  // What is in force and from where; secrets are never shown.
  //   http.listen = 127.0.0.1:8080    default       Where the shop listens.
  [[nodiscard]] std::string shown() const;
  //   [{"name":"http.listen","value":"127.0.0.1:8080","from":"default","help":"…"},…]
  [[nodiscard]] std::string shown_as_json() const;
  // A file to begin with: every option below its help; what is a default, or a secret, only as a comment.
  //   # Where the shop listens.
  //   # http.listen = "127.0.0.1:8080"
  [[nodiscard]] std::string shown_as_toml() const;

 private:
  struct Setting {
    Option option;
    std::optional<std::string> text;  // as it was written
    std::string from = "default";
    std::int64_t number = 0;  // of integer, boolean, duration (milliseconds)
  };
  class Loader;
  [[nodiscard]] const Setting& setting(std::string_view name, Kind) const;

  std::map<std::string, Setting, std::less<>> settings_;
};

// The process's environment, and a reader of real files, for Sources.
std::map<std::string, std::string> environment_of_process();
std::optional<std::string> contents_of(const std::string& path);

}  // namespace madang::config
