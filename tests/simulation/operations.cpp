#include "tests/simulation/operations.hpp"

#include "chassis/json/json.hpp"
#include "contracts/support/served.hpp"

#include <algorithm>
#include <cctype>

namespace madang::simulation {
namespace {

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    const auto slash = path.find('/');
    if (slash != 0) segments.emplace_back(path.substr(0, slash));
    path = slash == path.npos ? std::string_view{} : path.substr(slash + 1);
  }
  return segments;
}

}  // namespace

const Operations& Operations::of_the_shop() {
  static const Operations all;
  return all;
}

Operations::Operations() {
  const auto document = chassis::JsonDocument::stored(contracts::openapi_json());
  const auto paths = document.root()["paths"];
  for (std::size_t i = 0; i < paths.size(); ++i)
    for (std::size_t j = 0; j < paths.at(i).size(); ++j) {
      const auto operation = paths.at(i).at(j);
      if (!operation.is_object()) continue;
      std::string method{paths.at(i).name_at(j)};
      std::ranges::transform(method, method.begin(),
                             [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      names_.emplace_back(operation["operationId"].text());
      known_.push_back({method, segments_of(paths.name_at(i)), names_.back()});
    }
  // What is literal goes before a parameter.
  std::ranges::stable_sort(known_, {}, [](const Known& it) {
    return std::ranges::count_if(it.segments, [](const auto& part) { return part[0] == '{'; });
  });
}

std::string Operations::name_of(http::Method method, std::string_view path) const {
  const auto segments = segments_of(path);
  for (const auto& it : known_)
    if (it.method == http::text_of(method) &&
        std::ranges::equal(it.segments, segments, [](const auto& known, const auto& given) {
          return known[0] == '{' || known == given;
        }))
      return it.name;
  return {};
}

}  // namespace madang::simulation
