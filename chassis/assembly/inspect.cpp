// The wall of a context, drawn from what the assembly registered.
#include "chassis/assembly/context.hpp"

#include <algorithm>
#include <array>

namespace madang::chassis {
namespace {

std::string list(const std::vector<std::string>& names, bool refusals = false) {
  std::string text;
  for (const auto& name : names)
    if (name.starts_with("! ") == refusals)
      text += (text.empty() ? "" : ", ") + (refusals ? name.substr(2) : name);
  return text;
}

std::string line(const std::string& word, const std::string& names) {
  return names.empty() ? "" : "      " + word + " " + names + "\n";
}

std::string id_of(std::string name) {
  if (name.starts_with("~ ")) name.erase(0, 2);
  std::ranges::replace_if(name, [](char c) { return c == '.' || c == ' '; }, '_');
  return name;
}

// What the lists of a kind of sticker mean, in words.
struct Words {
  std::string_view kind, in, out, refused;
};
constexpr std::array words{Words{"command", "on", "then", "unless"},
                           Words{"policy", "whenever", "then", ""},
                           Words{"process", "whenever", "then", ""},
                           Words{"reaction", "whenever", "gives", ""},
                           Words{"use case", "asks", "gives", ""},
                           Words{"aggregate", "of", "with", ""},
                           Words{"read model", "of", "", ""},
                           Words{"record", "of", "", ""},
                           Words{"query", "on", "", ""},
                           Words{"personal", "of", "", ""},
                           Words{"message in", "", "", ""},
                           Words{"message out", "of", "", ""}};

void write_list(JsonWriter& to, std::string_view name, const std::vector<std::string>& items) {
  to.member(name);
  to.begin_array();
  for (const auto& item : items) to.text(item);
  to.end_array();
}

}  // namespace

std::string inspect_text(const Context& context) {
  std::string wall = "context " + context.name() + "\n";
  for (const auto& [kind, name, in, out] : context.stickers) {
    const auto word = std::ranges::find(words, kind, &Words::kind);
    wall += "  " + kind + std::string(12 - kind.size(), ' ') + name + "\n";
    wall += line(std::string{word->in}, list(in));
    wall += line(std::string{word->out}, list(out));
    wall += line(std::string{word->refused}, list(out, true));
  }
  return wall;
}

std::string inspect_json(const Context& context) {
  std::string json;
  JsonWriter to{json};
  to.begin_object();
  to.text("context", context.name());
  to.member("parts");
  to.begin_array();
  for (const auto& [kind, name, in, out] : context.stickers) {
    to.begin_object();
    to.text("kind", kind);
    to.text("name", name);
    write_list(to, "in", in);
    write_list(to, "out", out);
    to.end_object();
  }
  to.end_array();
  to.end_object();
  return json;
}

std::string inspect_mermaid(const Context& context) {
  std::string picture =
      "flowchart LR\n"
      "  classDef command fill:#6af\n  classDef event fill:#f90\n  classDef policy fill:#c9f\n"
      "  classDef aggregate fill:#fe6\n  classDef view fill:#7c7\n  classDef outside fill:#f9c\n";
  const auto node = [&](const std::string& name, const std::string& colour) {
    picture += "  " + id_of(name) + "[\"" + name + "\"]:::" + colour + "\n";
  };
  const auto arrow = [&](const std::string& from, const char* how, const std::string& to) {
    picture += "  " + id_of(from) + " " + how + " " + id_of(to) + "\n";
  };
  for (const auto& [kind, name, in, out] : context.stickers) {
    if (kind == "command") {
      node(name, "command");
      for (const auto& result : out)
        if (!result.starts_with("! ")) {
          node(result, "event");
          arrow(name, "-->", result);
        }
    } else if (kind == "policy" || kind == "process" || kind == "reaction") {
      node(name, "policy");
      for (const auto& event : in) arrow(event, "-->", name);
      for (const auto& command : out)
        arrow(name, command.starts_with("~ ") ? "-.->" : "-->", command);
    } else if (kind == "read model" || kind == "query") {
      node(name, "view");
      for (const auto& from : in) arrow(from, "-->", name);
    } else if (kind == "message out") {
      for (const auto& event : in) arrow(event, "-.->", name);
    } else if (kind == "use case") {
      node(name, "command");
      for (const auto& port : in) {
        node(port, "outside");
        arrow(name, "==>", port);
      }
      for (const auto& command : out) arrow(name, "-->", command);
    }
  }
  return picture;
}

}  // namespace madang::chassis
