#include "tests/simulation/shrink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace madang::simulation {
namespace {

// To leave something out changes all that comes by chance after it, so the law is looked for under some chances
// before it is said to need what was left out.
constexpr std::uint64_t variations = 3;

bool is_part_of_a_name(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == '-';
}

bool breaks(const Outcome& outcome, const std::string& law) {
  return std::ranges::any_of(outcome.violations, [&](const auto& it) { return law_of(it) == law; });
}

}  // namespace

std::string law_of(std::string_view violation) {
  constexpr std::size_t shortest_name = 8;
  std::string law;
  for (std::size_t at = 0; at < violation.size() && violation[at] != '{';) {
    auto end = at;
    while (end < violation.size() && is_part_of_a_name(violation[end])) ++end;
    const bool is_number = std::isdigit(static_cast<unsigned char>(violation[at])) != 0;
    if (end - at >= shortest_name || is_number) {
      law += '#';
      at = std::max(end, at + 1);
    } else {
      law += violation[at++];
    }
  }
  return law;
}

Shrunk shrink(std::uint64_t seed, const Options& options,
              const std::function<void(const std::string&)>& tell) {
  Shrunk it{.law = {}, .options = options, .left = {}, .runs = 1};
  it.options.tells_story = false;
  const auto first = simulate(seed, it.options);
  if (first.violations.empty()) return it;
  it.law = law_of(first.violations.front());
  tell("the law: " + it.law);
  for (const auto name : Faults::names()) it.left.emplace_back(name);
  it.left.insert(it.left.end(), first.people.begin(), first.people.end());
  std::erase_if(it.left, [&](const auto& name) { return options.without.contains(name); });
  // In turn, and again, as what one was needed for may have gone with another.
  for (bool smaller = true; std::exchange(smaller, false);)
    for (const auto& name : std::vector{it.left}) {
      auto without_it = it.options;
      without_it.without.insert(name);
      for (std::uint64_t n = 0; n < variations; ++n, ++without_it.variation) {
        ++it.runs;
        if (!breaks(simulate(seed, without_it), it.law)) continue;
        it.options = without_it;
        std::erase(it.left, name);
        smaller = true;
        tell(fmt::format("still broken without {}", name));
        break;
      }
    }
  return it;
}

}  // namespace madang::simulation
