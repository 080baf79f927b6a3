#pragma once
// A TOML file as flat settings: tables become dotted names, values their text. Private to settings.cpp.
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace madang::config {

struct TomlValue {
  std::string name, text;
  unsigned line;
};

// In the order of the file. The error says where and why; arrays, dates and fractions are errors.
std::expected<std::vector<TomlValue>, std::string> parse_toml(std::string_view);

}  // namespace madang::config
