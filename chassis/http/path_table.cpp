#include "chassis/http/path_table.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace madang::http {

struct PathTable::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::map<Method, std::size_t> values;

  // The leaf of this path, literal segments tried first; null: it is nobody's.
  const Node* leaf(std::string_view rest, std::vector<std::string_view>& parameters) const {
    if (rest.empty()) return values.empty() ? nullptr : this;
    rest.remove_prefix(1);  // the slash
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view segment = rest.substr(0, end);
    rest.remove_prefix(end);
    const auto literal = literals.find(segment);
    if (literal != literals.end())
      if (const auto* found = literal->second->leaf(rest, parameters)) return found;
    if (!parameter || segment.empty()) return nullptr;
    parameters.push_back(segment);
    if (const auto* found = parameter->leaf(rest, parameters)) return found;
    parameters.pop_back();
    return nullptr;
  }
};

PathTable::PathTable() : root_{std::make_unique<Node>()} {}
PathTable::~PathTable() = default;
PathTable::PathTable(PathTable&&) noexcept = default;
PathTable& PathTable::operator=(PathTable&&) noexcept = default;

void PathTable::add(Method method, std::string_view path_template, std::size_t value) {
  const auto refuse = [&](const std::string& why) {
    throw std::invalid_argument{why + ": " + std::string{path_template}};
  };
  if (!path_template.starts_with('/')) refuse("a path begins with a slash");
  Node* node = root_.get();
  for (std::string_view rest = path_template; !rest.empty();) {
    rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view segment = rest.substr(0, end);
    rest.remove_prefix(end);
    const bool is_parameter = segment.starts_with('{');
    const auto braces = std::ranges::count_if(segment, [](char c) { return c == '{' || c == '}'; });
    if (is_parameter ? !segment.ends_with('}') || segment.size() < 3 || braces != 2 : braces != 0)
      refuse("a segment is either literal or one parameter");
    auto& next = is_parameter ? node->parameter : node->literals[std::string{segment}];
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  if (!node->values.emplace(method, value).second) refuse("two routes answer the same");
}

std::optional<PathTable::Found> PathTable::find(Method method, std::string_view path) const {
  Found found{};
  const auto* leaf = root_->leaf(path, found.parameters);
  if (!leaf) return std::nullopt;
  const auto value = leaf->values.find(method);
  if (value == leaf->values.end()) return std::nullopt;
  found.value = value->second;
  return found;
}

std::string PathTable::allowed_at(std::string_view path) const {
  std::set<Method> methods;
  std::vector<std::string_view> parameters;
  if (const auto* leaf = root_->leaf(path, parameters))
    for (const auto& [method, value] : leaf->values) methods.insert(method);
  if (methods.empty()) return "";
  if (methods.contains(Method::get)) methods.insert(Method::head);
  methods.insert(Method::options);
  std::string allowed;
  for (const Method method : methods) {
    if (!allowed.empty()) allowed += ", ";
    allowed += text_of(method);
  }
  return allowed;
}

}  // namespace madang::http
