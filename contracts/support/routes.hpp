#pragma once
// The operations of one context, found by method and path. A literal segment goes before a parameter.
#include <cstddef>
#include <string_view>
#include <vector>

#include "chassis/http/path_table.hpp"
#include "contracts/support/edge.hpp"

namespace madang::contracts {

class Routes {
 public:
  Routes(const Edge&, std::vector<Route>);

  // What answers this method at this path; none: nullptr.
  [[nodiscard]] const Route* find(http::Method, std::string_view path) const;
  // 404 for a path that is nobody's, 405 with Allow for a method that a path does not know, and for
  // OPTIONS what is allowed.
  [[nodiscard]] http::Later<http::Response> handle(const http::Request&) const;
  [[nodiscard]] const std::vector<Route>& all() const { return routes_; }

 private:
  const Edge* edge_;
  std::vector<Route> routes_;
  http::PathTable table_;
};

}  // namespace madang::contracts
