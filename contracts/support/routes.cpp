#include "contracts/support/routes.hpp"

#include "chassis/http/router.hpp"

namespace madang::contracts {

Routes::Routes(const Edge& edge, std::vector<Route> routes)
    : edge_{&edge}, routes_{std::move(routes)} {
  for (std::size_t at = 0; at < routes_.size(); ++at)
    table_.add(routes_[at].operation->method, routes_[at].operation->path, at);
}

const Route* Routes::find(http::Method method, std::string_view path) const {
  const auto found = table_.find(method, path);
  return found ? &routes_[found->value] : nullptr;
}

http::Later<http::Response> Routes::handle(const http::Request& request) const {
  if (const auto* route = find(request.method, request.path)) return route->answer(request);
  return http::answer_without_route(table_, request, edge_->problems());
}

}  // namespace madang::contracts
