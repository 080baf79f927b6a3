#include "chassis/http/path_table.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace madang::http {

struct PathTable::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::map<Method, std::size_t> values;

  // The first leaf of this path, literal segments tried first, that `accept` takes.
  template <class Accept>
  bool walk(std::string_view rest, std::vector<std::string_view>& parameters,
            const Accept& accept) const {
    if (rest.empty()) return accept(*this);
    rest.remove_prefix(1);  // the slash
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view segment = rest.substr(0, end);
    rest.remove_prefix(end);
    const auto literal = literals.find(segment);
    if (literal != literals.end() && literal->second->walk(rest, parameters, accept)) return true;
    if (!parameter || segment.empty()) return false;
    parameters.push_back(segment);
    if (parameter->walk(rest, parameters, accept)) return true;
    parameters.pop_back();
    return false;
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
  const bool is_there = root_->walk(path, found.parameters, [&](const Node& node) {
    const auto value = node.values.find(method);
    if (value == node.values.end()) return false;
    found.value = value->second;
    return true;
  });
  return is_there ? std::optional{std::move(found)} : std::nullopt;
}

std::string PathTable::allowed_at(std::string_view path) const {
  std::set<Method> methods;
  std::vector<std::string_view> parameters;
  root_->walk(path, parameters, [&](const Node& node) {
    for (const auto& [method, value] : node.values) methods.insert(method);
    return false;  // a path may stand under several templates: look at them all
  });
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
