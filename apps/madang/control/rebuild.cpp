#include <algorithm>

#include "apps/madang/control/desk.hpp"
#include "apps/madang/control/exits.hpp"
#include "chassis/json/json.hpp"

namespace madang::app {
namespace {

using chassis::Comparison, chassis::Engine;

bool has_projection(const Engine& engine, const std::string& name) {
  return std::ranges::any_of(engine.context().projections,
                             [&](const auto& it) { return it.name == name; });
}

Engine& engine_with(const std::vector<Engine*>& engines, const Question& asked) {
  std::vector<Engine*> found;
  std::string known;
  for (auto* it : engines) {
    if (!asked.context.empty() && it->context().name() != asked.context) continue;
    if (has_projection(*it, asked.projection)) found.push_back(it);
    for (const auto& projection : it->context().projections) known += " " + projection.name;
  }
  if (found.empty())
    throw Refused{"there is no read model " + asked.projection + " among:" + known};
  if (found.size() > 1)
    throw NotUnderstood{asked.projection + " is in two contexts; say which with --context"};
  return *found.front();
}

std::string json_of(const Question& asked, const Comparison& comparison) {
  std::string json;
  chassis::JsonWriter to{json};
  to.begin_object();
  to.text("projection", asked.projection);
  to.integer("rows", static_cast<std::int64_t>(comparison.rows));
  to.integer("differing", static_cast<std::int64_t>(comparison.differing));
  to.member("examples");
  to.begin_array();
  for (const auto& key : comparison.examples) to.text(key);
  to.end_array();
  to.end_object();
  return json + '\n';
}

std::string text_of(const Question& asked, const Comparison& comparison) {
  auto text = "rebuilt " + asked.projection + ": " + std::to_string(comparison.rows) + " rows, " +
              std::to_string(comparison.differing) + " of them other than before\n";
  if (asked.compare)
    for (const auto& key : comparison.examples) text += "  differed: " + key + '\n';
  return text;
}

}  // namespace

Said Desk::rebuild(const Question& asked) {
  auto& at = engine_with(engines_, asked);
  if (at.switches().is_off(asked.projection))
    throw Refused{asked.projection + " is switched off; switch it on first"};
  const auto found = at.rebuild(asked.projection);
  if (!found) throw Cannot{"the new rows could not be compared with the old ones"};
  return {asked.compare && found->differing > 0 ? wrong : done,
          asked.json ? json_of(asked, *found) : text_of(asked, *found),
          {}};
}

}  // namespace madang::app
