#pragma once
// What people may ask for of this process: of the contexts that it holds, and where it holds the gateway of all others
// too. Whose a path is, on which pool of threads an operation is worked at, and which ones are switched off.
#include "apps/madang/contexts_here.hpp"
#include "chassis/http/plan.hpp"
#include "chassis/http/server.hpp"
#include "gateway/gateway.hpp"
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace madang::app {

// Any thread.
class Operations {
 public:
  Operations(const ContextsHere&, const Ground&);

  // Carries one out, or has it carried out elsewhere. Throws Unavailable, which tells the caller to come again, for one
  // that an operator has switched off.
  [[nodiscard]] http::Later<http::Response> answer(const http::Request&) const;
  // One for each beginning of a path.
  [[nodiscard]] std::vector<gateway::Route> routes() const;
  [[nodiscard]] http::Plan plan(http::Method, std::string_view path) const;
  [[nodiscard]] std::vector<http::PoolOptions> pools() const;

 private:
  struct Of {  // a context
    std::string context;
    std::unique_ptr<const contracts::Routes> elsewhere;
    const contracts::Routes* routes;  // none: people ask it nothing
    chassis::Engine* engine;          // none: it is elsewhere

    [[nodiscard]] http::Later<http::Response> answer(const http::Request&) const;
  };

  [[nodiscard]] const contracts::Route* find(http::Method, std::string_view path) const;
  [[nodiscard]] std::size_t pool_of(std::string_view context, std::size_t kind) const;

  const Ground& ground_;
  std::vector<Of> contexts_;
  std::vector<std::pair<std::string, const Of*>> beginnings_;  // of paths
};

}  // namespace madang::app
