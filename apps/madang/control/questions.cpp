#include "apps/madang/control/desk.hpp"
#include "chassis/json/json.hpp"

namespace madang::app {
std::string line_of(const Question& it) {
  std::string line;
  chassis::JsonWriter to{line};
  to.begin_object();
  to.text("command", it.command);
  to.text("context", it.context);
  to.text("projection", it.projection);
  to.text("part", it.part);
  to.text("value", it.value);
  to.text("why", it.why);
  to.text("whom", it.whom);
  to.text("path", it.path);
  to.integer("number", it.number);
  to.boolean("compare", it.compare);
  to.boolean("settle", it.settle);
  to.boolean("json", it.json);
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
  to.integer("code", it.code);
  to.text("out", it.out);
  to.text("complaint", it.complaint);
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
