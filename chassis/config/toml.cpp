#include "chassis/config/toml.hpp"

#include <toml++/toml.h>

#include <algorithm>

namespace madang::config {

namespace {

// The error of the first value that is none of ours; empty when there is none.
std::string flatten(const toml::table& table, const std::string& prefix,
                    std::vector<TomlValue>& all) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string{key.str()};
    const unsigned line = node.source().begin.line;
    if (const auto* inner = node.as_table()) {
      if (auto error = flatten(*inner, name + '.', all); !error.empty()) return error;
    } else if (const auto* text = node.as_string()) {
      all.push_back({name, text->get(), line});
    } else if (const auto* number = node.as_integer()) {
      all.push_back({name, std::to_string(number->get()), line});
    } else if (const auto* truth = node.as_boolean()) {
      all.push_back({name, truth->get() ? "true" : "false", line});
    } else {
      return "line " + std::to_string(line) + ": " + name + " is neither text, number nor truth";
    }
  }
  return "";
}

}  // namespace

std::expected<std::vector<TomlValue>, std::string> parse_toml(std::string_view text) {
  std::vector<TomlValue> all;
  try {
    if (auto error = flatten(toml::parse(text), "", all); !error.empty())
      return std::unexpected{error};
  } catch (const toml::parse_error& error) {
    return std::unexpected{"line " + std::to_string(error.source().begin.line) + ": " +
                           std::string{error.description()}};
  }
  std::ranges::stable_sort(all, {}, &TomlValue::line);
  return all;
}

}  // namespace madang::config
