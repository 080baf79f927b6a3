#include "contracts/support/routes.hpp"

#include <algorithm>
#include <string>

namespace madang::contracts {
namespace {

std::string_view segment(std::string_view& rest) {
  const auto end = std::min(rest.find('/'), rest.size());
  const auto part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

bool matches(std::string_view path_template, std::string_view path) {
  if (std::ranges::count(path_template, '/') != std::ranges::count(path, '/')) return false;
  while (!path_template.empty()) {
    const auto wanted = segment(path_template);
    const auto found = segment(path);
    if (wanted.starts_with('{') ? found.empty() : wanted != found) return false;
  }
  return path.empty();
}

// "{" stands after every letter and sign of a literal segment.
bool is_more_literal(const Route& a, const Route& b) {
  return a.operation->path < b.operation->path;
}

}  // namespace

Routes::Routes(const Edge& edge, std::vector<Route> routes)
    : edge_{&edge}, routes_{std::move(routes)} {
  std::ranges::stable_sort(routes_, is_more_literal);
}

const Route* Routes::find(http::Method method, std::string_view path) const {
  for (const auto& route : routes_)
    if (route.operation->method == method && matches(route.operation->path, path)) return &route;
  return nullptr;
}

http::Response Routes::handle(const http::Request& request) const {
  if (const auto* route = find(request.method, request.path)) return route->answer(request);
  std::string allow;
  for (const auto& route : routes_) {
    if (!matches(route.operation->path, request.path)) continue;
    allow += (allow.empty() ? "" : ", ") + std::string{http::text_of(route.operation->method)};
    if (route.operation->method == http::Method::get) allow += ", HEAD";
  }
  const auto language = http::preferred_language(request);
  if (allow.empty()) return edge_->refusal(http::Problem{"not-found"}, language);
  auto response = edge_->refusal(http::Problem{"method-not-allowed"}, language);
  response.headers.set("Allow", allow);
  return response;
}

}  // namespace madang::contracts
