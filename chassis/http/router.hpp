#pragma once
// Sends requests to what answers them, for programs whose routes are written by hand (probes,
// metrics, the sandbox). Contexts have theirs from their contract. 404 where nobody is, 405 with Allow
// where the method is not known, and OPTIONS answered from the table.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/http/message.hpp"
#include "chassis/http/path_table.hpp"
#include "chassis/http/plan.hpp"
#include "chassis/http/problem.hpp"

namespace madang::http {

struct Route {
  // The parameters of the path, in the order of the template.
  using Answer = std::function<Response(const Request&, const std::vector<std::string_view>&)>;

  Method method;
  std::string path;  // "/editions/{edition_id}"
  Answer answer;
  Plan plan{};
};

// Immutable once built; any thread.
class Router {
 public:
  // Throws std::invalid_argument for routes that cannot stand side by side (see PathTable).
  Router(std::vector<Route>, const Problems&);

  [[nodiscard]] Response answer(const Request&) const;
  [[nodiscard]] Plan plan(Method, std::string_view path) const;

 private:
  std::vector<Route> routes_;
  const Problems& problems_;
  PathTable table_;
};

// Not there: 404; there, but not for this method: 405, or for OPTIONS what is allowed.
Response answer_without_route(const PathTable&, const Request&, const Problems&);

}  // namespace madang::http
