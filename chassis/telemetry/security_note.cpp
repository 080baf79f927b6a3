#include "chassis/telemetry/security_note.hpp"

#include "chassis/json/json.hpp"
#include "chassis/telemetry/time_text.hpp"

namespace madang::telemetry {

std::string json_line(const SecurityNote& note) {
  std::string line;
  chassis::JsonWriter json{line};
  const auto text_if_any = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) json.text(name, value);
  };
  json.begin_object();
  json.text("at", time_text(note.at));
  json.text("log", "security");
  json.text("what", note.what);
  if (note.person) json.text("person", note.person->text());
  if (note.by) json.text("by", note.by->text());
  text_if_any("whose", note.whose);
  text_if_any("about", note.about);
  text_if_any("address", note.address);
  text_if_any("trace", note.trace);
  json.end_object();
  return line;
}

}  // namespace madang::telemetry
