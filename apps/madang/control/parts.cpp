#include "apps/madang/control/parts.hpp"

#include <algorithm>
#include <array>

#include "apps/madang/control/desk.hpp"
#include "apps/madang/control/exits.hpp"
#include "chassis/json/json.hpp"
#include "contracts/support/served.hpp"

namespace madang::app {
namespace {

using chassis::Switches;

constexpr std::array<std::string_view, 5> kinds{"policy", "reaction", "record", "read model",
                                                "process"};

std::string why_it_stays_on(const std::string& context, const std::string& kind) {
  if (kind == "process") return "a process takes part in the commands that it settles";
  // Elsewhere commands, policies or money go by what is shown.
  if (kind == "read model" && context != "catalog" && context != "insight")
    return "what the context does next is decided by what it shows";
  return {};
}

void add_operations(const std::string& context, std::vector<ShopPart>& parts) {
  const auto contract = chassis::JsonDocument::stored(contracts::openapi_json());
  const auto paths = contract.root()["paths"];
  for (std::size_t i = 0; i < paths.size(); ++i)
    for (std::size_t method = 0; method < paths.at(i).size(); ++method) {
      const auto it = paths.at(i).at(method);
      if (!it.is_object() || !it.find("operationId")) continue;
      if (it["tags"].at(0).text() == context)
        parts.push_back({"operation", std::string{it["operationId"].text()}, {}});
    }
}

const ShopPart& find(const std::vector<ShopPart>& parts, const Question& asked) {
  const auto found = std::ranges::find(parts, asked.part, &ShopPart::name);
  if (found == parts.end())
    throw Refused{asked.context + " has no part " + asked.part + " (`madang part list`)"};
  if (!found->stays_on.empty())
    throw Refused{asked.context + "/" + asked.part + " stays on: " + found->stays_on};
  return *found;
}

}  // namespace

std::vector<ShopPart> parts_of(const chassis::Context& context) {
  std::vector<ShopPart> parts;
  for (const auto& it : context.stickers)
    if (std::ranges::find(kinds, it.kind) != kinds.end() &&
        std::ranges::find(parts, it.name, &ShopPart::name) == parts.end())
      parts.push_back({it.kind, it.name, why_it_stays_on(context.name(), it.kind)});
  parts.push_back({"timers", std::string{Switches::timers}, {}});
  add_operations(context.name(), parts);
  return parts;
}

Said Desk::switch_off(const Question& asked, const std::string& who) {
  if (asked.why.empty()) throw NotUnderstood{"say why it is switched off: --reason TEXT"};
  auto& at = engine(asked.context);
  const auto all = parts_of(at.context());
  std::vector<std::string> wanted;
  if (!asked.part.empty()) wanted = {find(all, asked).name};
  else
    for (const auto& it : all)
      if (it.stays_on.empty()) wanted.push_back(it.name);
  Said said;
  for (const auto& name : wanted) {
    if (at.switches().is_off(name)) continue;
    if (!at.note_act(act_of(asked, who, std::string{Switches::off}, name)))
      throw Cannot{"the journal took no write; " + name + " is still on"};
    said.out += asked.context + "/" + name + " is switched off\n";
  }
  if (said.out.empty()) throw Refused{"it is switched off already"};
  return said;
}

Said Desk::switch_on(const Question& asked, const std::string& who) {
  auto& at = engine(asked.context);
  const auto off = at.switches().all_off();
  Said said;
  for (const auto& [name, act] : *off) {
    if (!asked.part.empty() && name != asked.part) continue;
    if (!at.note_act(act_of(asked, who, std::string{Switches::on}, name)))
      throw Cannot{"the journal took no write; " + name + " is still off"};
    said.out += asked.context + "/" + name + " is on again\n";
  }
  if (said.out.empty()) throw Refused{"it is not switched off"};
  return said;
}

}  // namespace madang::app
