#pragma once
// What the running shop says about itself: one JSON object a line, for machines first. Secrets do not
// get in: values under a telling name, bearer tokens and card numbers within texts are replaced.
//
//   {"at":"2026-07-15T09:00:00.000Z","log":"server-started","level":"info","address":"127.0.0.1:8080"}
//
// `log` names the kind of line in kebab-case; `trace` in the fields ties it to a request.
#include <atomic>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "kernel/instant.hpp"

namespace madang::telemetry {

enum class Level { debug, info, warning, error };
std::string_view text_of(Level);
std::optional<Level> parse_level(std::string_view);

struct Field {
  Field(std::string_view its_name, std::string_view text) : name{its_name}, value{text} {}
  Field(std::string_view its_name, const char* text)
      : name{its_name}, value{std::string_view{text}} {}
  Field(std::string_view its_name, const std::string& text)
      : name{its_name}, value{std::string_view{text}} {}
  Field(std::string_view its_name, bool truth) : name{its_name}, value{truth} {}
  Field(std::string_view its_name, double number) : name{its_name}, value{number} {}
  template <std::integral Number>
    requires(!std::same_as<Number, bool>)
  Field(std::string_view its_name, Number number)
      : name{its_name}, value{static_cast<std::int64_t>(number)} {}

  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;
};

// Takes a line without its end. Called by any thread; must neither wait nor throw (see LogWriter).
using LogSink = std::function<void(std::string line)>;

// Any thread.
class Log {
 public:
  using Clock = std::function<kernel::Instant()>;
  Log(Clock clock, LogSink sink, Level least = Level::info)
      : clock_{std::move(clock)}, sink_{std::move(sink)}, least_{least} {}

  void debug(std::string_view kind, std::initializer_list<Field> fields = {}) {
    write(Level::debug, kind, fields);
  }
  void info(std::string_view kind, std::initializer_list<Field> fields = {}) {
    write(Level::info, kind, fields);
  }
  void warning(std::string_view kind, std::initializer_list<Field> fields = {}) {
    write(Level::warning, kind, fields);
  }
  void error(std::string_view kind, std::initializer_list<Field> fields = {}) {
    write(Level::error, kind, fields);
  }
  void set_least(Level least) { least_ = least; }  // while running, too

 private:
  void write(Level, std::string_view kind, std::initializer_list<Field>);

  Clock clock_;
  LogSink sink_;
  std::atomic<Level> least_;
};

// The text without bearer tokens, JSON Web Tokens and card numbers.
std::string redacted(std::string_view text);
// Whether what stands under this name is nobody's business: authorization, cookie, token, password,
// secret, card and the like, as a word within it.
bool is_secret_name(std::string_view name);

}  // namespace madang::telemetry
