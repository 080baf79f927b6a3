#include "chassis/http/router.hpp"

namespace madang::http {

Router::Router(std::vector<Route> routes, const Problems& problems)
    : routes_{std::move(routes)}, problems_{problems} {
  for (std::size_t at = 0; at < routes_.size(); ++at)
    table_.add(routes_[at].method, routes_[at].path, at);
}

Response Router::answer(const Request& request) const {
  const auto found = table_.find(request.method, request.path);
  return found ? routes_[found->value].answer(request, found->parameters)
               : answer_without_route(table_, request, problems_);
}

Plan Router::plan(Method method, std::string_view path) const {
  const auto found = table_.find(method, path);
  // Where there is no route, the answer is ready and needs no pool.
  return found ? routes_[found->value].plan : Plan{.run = Plan::Run::quick};
}

Response answer_without_route(const PathTable& table, const Request& request,
                              const Problems& problems) {
  std::string allowed = table.allowed_at(request.path);
  if (!allowed.empty() && request.method == Method::options)
    return {204, {{"Allow", std::move(allowed)}}};
  const bool is_there = !allowed.empty();
  Response answer =
      problems.answer({is_there ? "method-not-allowed" : "not-found"}, preferred_language(request));
  if (is_there) answer.headers.set("Allow", std::move(allowed));
  return answer;
}

}  // namespace madang::http
