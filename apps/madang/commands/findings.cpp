#include "apps/madang/commands/findings.hpp"

#include <algorithm>

#include "chassis/json/json.hpp"

namespace madang::app {

bool Findings::is_sound() const {
  return std::ranges::all_of(contexts_, [](const OfContext& it) { return it.problems.empty(); });
}

std::string Findings::text() const {
  std::string text;
  for (const auto& [context, counts, problems] : contexts_) {
    text += context + ":";
    for (const auto& [what, number] : counts) text += " " + what + " " + std::to_string(number);
    text += '\n';
    for (const auto& problem : problems) text += "  wrong: " + problem + '\n';
  }
  return text + (is_sound() ? "everything is sound\n" : "something is wrong\n");
}

std::string Findings::json() const {
  std::string json;
  chassis::JsonWriter to{json};
  to.begin_object();
  to.boolean("sound", is_sound());
  to.member("contexts");
  to.begin_array();
  for (const auto& [context, counts, problems] : contexts_) {
    to.begin_object();
    to.text("context", context);
    to.member("counts");
    to.begin_object();
    for (const auto& [what, number] : counts) to.integer(what, number);
    to.end_object();
    to.member("problems");
    to.begin_array();
    for (const auto& problem : problems) to.text(problem);
    to.end_array();
    to.end_object();
  }
  to.end_array();
  to.end_object();
  return json + '\n';
}

}  // namespace madang::app
