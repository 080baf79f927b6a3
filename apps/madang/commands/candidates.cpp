#include "apps/madang/commands/candidates.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ranges>

#include "apps/madang/contexts.hpp"
#include "apps/madang/control/parts.hpp"
#include "apps/madang/options.hpp"

namespace madang::app {
namespace {

// A command that falls through takes its parent's options as well.
std::vector<const CLI::Option*> options_of(const CLI::App* command) {
  std::vector<const CLI::Option*> all;
  for (; command; command = command->get_fallthrough() ? command->get_parent() : nullptr)
    for (const auto* option : command->get_options())
      if (!option->get_group().empty() && !option->get_positional()) all.push_back(option);
  return all;
}

const CLI::Option* find_option(const CLI::App& command, const std::string& word) {
  for (const auto* option : options_of(&command))
    if (option->check_name(word)) return option;
  return nullptr;
}

// Of an option or positional whose values are a known set; none: whatever a person likes.
std::vector<Candidate> values_of(const CLI::Option& option) {
  std::vector<Candidate> values;
  const auto& name = option.get_single_name();
  if (name == "context") {
    for (const auto& context : all_contexts()) values.push_back({context->name(), "context"});
  } else if (name == "part") {
    for (const auto& context : all_contexts())
      for (const auto& it : parts_of(*context))
        if (it.stays_on.empty()) values.push_back({context->name() + "/" + it.name, it.kind});
  } else if (name == "option") {
    for (const auto& it : all_options())
      if (it.is_limit) values.push_back({it.name, it.help});
  } else if (name == "set") {
    for (const auto& it : all_options()) values.push_back({it.name + "=", it.help});
  }
  // CLI::IsMember shows its members as TEXT:{this,that}, and in no other way.
  const auto type = option.get_type_name();
  const auto open = type.find('{'), close = type.find('}');
  if (close == std::string::npos) return values;
  for (const auto member : std::views::split(type.substr(open + 1, close - open - 1), ','))
    values.push_back({std::string{member.begin(), member.end()}, ""});
  return values;
}

Candidates begun_by(const std::string& begin, const std::vector<Candidate>& all) {
  Candidates found;
  for (const auto& it : all)
    if (it.word.starts_with(begin)) found.words.push_back(it);
  return found;
}

Candidates values_begun_by(const std::string& begin, const CLI::Option& option) {
  const auto values = values_of(option);
  return values.empty() ? Candidates{.files = true} : begun_by(begin, values);
}

std::vector<Candidate> names_of_options(const CLI::App& command) {
  std::vector<Candidate> names;
  for (const auto* option : options_of(&command))
    for (const auto& name : option->get_lnames())
      if (std::ranges::find(names, "--" + name, &Candidate::word) == names.end())
        names.push_back({"--" + name, option->get_description()});
  return names;
}

// Where the words before the cursor lead to.
struct Place {
  const CLI::App* command;
  const CLI::Option* awaits_value = nullptr;
  std::size_t positionals = 0;  // that stand already
  bool only_positionals = false;

  void pass(const std::string& word) {
    if (awaits_value) {
      awaits_value = nullptr;
    } else if (word == "--") {
      only_positionals = true;
    } else if (word.starts_with('-') && !only_positionals) {
      const auto* option = find_option(*command, word);
      if (option && option->get_items_expected_max() > 0) awaits_value = option;
    } else if (const auto* below = find_command(word)) {
      *this = {below};
    } else {
      ++positionals;
    }
  }

  [[nodiscard]] Candidates begun_by_word(const std::string& begin) const {
    if (awaits_value) return values_begun_by(begin, *awaits_value);
    if (begin.starts_with('-') && !only_positionals)
      return begun_by(begin, names_of_options(*command));
    if (const auto commands = commands_below(); !commands.empty()) return begun_by(begin, commands);
    const auto all =
        command->get_options([](const CLI::Option* it) { return it->get_positional(); });
    if (positionals < all.size()) return values_begun_by(begin, *all[positionals]);
    const bool takes_many = !all.empty() && all.back()->get_items_expected_max() > 1;
    return takes_many ? values_begun_by(begin, *all.back())
                      : begun_by(begin, names_of_options(*command));
  }

 private:
  [[nodiscard]] const CLI::App* find_command(const std::string& word) const {
    for (const auto* it : command->get_subcommands([](const CLI::App*) { return true; }))
      if (it->check_name(word)) return it;
    return nullptr;
  }
  [[nodiscard]] std::vector<Candidate> commands_below() const {
    std::vector<Candidate> commands;
    for (const auto* it : command->get_subcommands([](const CLI::App*) { return true; }))
      if (!it->get_group().empty()) commands.push_back({it->get_name(), it->get_description()});
    return commands;
  }
};

}  // namespace

Candidates candidates(const CLI::App& program, const std::vector<std::string>& words) {
  if (words.empty()) return {};
  Place place{&program};
  for (const auto& word : words | std::views::take(words.size() - 1)) place.pass(word);
  return place.begun_by_word(words.back());
}

}  // namespace madang::app
