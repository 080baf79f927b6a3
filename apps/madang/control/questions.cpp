#include "apps/madang/control/desk.hpp"
#include "chassis/json/json.hpp"

namespace madang::app {
namespace {

void put(chassis::JsonWriter& to, std::string_view name, std::string_view value) {
  to.member(name);
  to.text(value);
}

}  // namespace

std::string line_of(const Question& it) {
  std::string line;
  chassis::JsonWriter to{line};
  to.begin_object();
  put(to, "command", it.command);
  put(to, "context", it.context);
  put(to, "projection", it.projection);
  put(to, "part", it.part);
  put(to, "value", it.value);
  put(to, "why", it.why);
  put(to, "whom", it.whom);
  put(to, "path", it.path);
  to.member("number");
  to.integer(it.number);
  to.member("compare");
  to.boolean(it.compare);
  to.member("settle");
  to.boolean(it.settle);
  to.member("json");
  to.boolean(it.json);
  to.end_object();
  return line;
}

Question question_of(std::string_view line) {
  const auto document = chassis::JsonDocument::stored(line);
  const auto from = document.root();
  const auto text = [&](std::string_view name) { return std::string{from[name].text()}; };
  return {text("command"),
          text("context"),
          text("projection"),
          text("part"),
          text("value"),
          text("why"),
          text("whom"),
          text("path"),
          from["number"].integer(),
          from["compare"].boolean(),
          from["settle"].boolean(),
          from["json"].boolean()};
}

std::string line_of(const Said& it) {
  std::string line;
  chassis::JsonWriter to{line};
  to.begin_object();
  to.member("code");
  to.integer(it.code);
  put(to, "out", it.out);
  put(to, "complaint", it.complaint);
  to.end_object();
  return line;
}

Said said_of(std::string_view line) {
  const auto document = chassis::JsonDocument::stored(line);
  const auto from = document.root();
  return {static_cast<int>(from["code"].integer()), std::string{from["out"].text()},
          std::string{from["complaint"].text()}};
}

}  // namespace madang::app
