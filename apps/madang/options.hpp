#pragma once
// What an operator can set, from flags, the environment, a file and defaults (chassis/config).
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apps/madang/settings.hpp"
#include "chassis/config/settings.hpp"

namespace madang::app {

using Flags = std::vector<std::pair<std::string, std::string>>;

// Every option there is, with its default.
std::vector<config::Option> all_options();

// With what operators have changed meanwhile. Throws Misconfigured.
using Changes = std::vector<config::Changed>;
config::Settings configured(const std::optional<std::string>& file, const Flags&,
                            const Changes& = {});
Settings settings_of(const config::Settings&);

// As a command line has them, each NAME=VALUE, and what is then in force; an empty file is none. Both throw
// NotUnderstood.
struct Given {
  config::Settings shown;
  Settings settings;
};
Flags flags_of(const std::vector<std::string>& set);
Given settings_given(const std::string& file, const Flags&, const Changes& = {});

}  // namespace madang::app
