#include "apps/madang/operations.hpp"

#include <algorithm>
#include <array>

namespace madang::app {
namespace {

using namespace std::string_view_literals;

// Each context has pools of its own, so that none can take the others with it: for what only begins what the
// journal answers, for what holds its task through several steps or an upload, and for queries, which may wait
// for a read model. Those who wait for a payment hold no other effect of rental up.
enum Kind : std::size_t { commands, steps, reading, kinds };
enum Pool : std::size_t { renting, hooks, everyone, of_contexts };

// Effects of several steps, which hold their task until all are done. Any other is one command and holds none.
constexpr std::array several_steps{
    "register_person"sv,      "change_password"sv,     "begin_password_reset"sv,
    "reset_password"sv,       "begin_second_factor"sv, "confirm_second_factor"sv,
    "remove_second_factor"sv, "ask_erasure"sv,         "refund_payment"sv};

// "/v1/editions" of "/v1/editions/{edition_id}"; "/.well-known/jwks.json" as it is.
std::string_view beginning_of(std::string_view path) {
  if (!path.starts_with("/v1/")) return path;
  return path.substr(0, path.find('/', 4));
}

// To the process that holds it, in whose place its routes stand here.
std::unique_ptr<const contracts::Routes> routes_elsewhere(const KnownContext& context,
                                                          const Ground& ground) {
  return std::make_unique<const contracts::Routes>(
      ground.edge, context.asked([&ground, name = context.name](const http::Request& request) {
        return ground.around.elsewhere.serve(name, request);
      }));
}

}  // namespace

Operations::Operations(const ContextsHere& contexts, const Ground& ground) : ground_{ground} {
  for (const auto& it : contexts.all_of_the_shop()) {
    if (it.here) contexts_.push_back({it.name, nullptr, it.here->asked(), &it.here->engine()});
    else if (ground.around.hold(the_gateway))
      contexts_.push_back({it.name, routes_elsewhere(it, ground), nullptr, nullptr});
  }
  for (auto& of : contexts_) {
    if (of.elsewhere) of.routes = of.elsewhere.get();
    if (!of.routes) continue;
    for (const auto& route : of.routes->all()) {
      std::string beginning{beginning_of(route.operation->path)};
      if (std::ranges::find(beginnings_, beginning, &decltype(beginnings_)::value_type::first) ==
          beginnings_.end())
        beginnings_.emplace_back(std::move(beginning), &of);
    }
  }
}

http::Later<http::Response> Operations::Of::answer(const http::Request& request) const {
  if (engine && !engine->switches().all_off()->empty())
    if (const auto* route = routes->find(request.method, request.path);
        route && engine->switches().is_off(route->operation->name))
      throw chassis::Unavailable{std::string{route->operation->name} + " is switched off"};
  return routes->handle(request);
}

http::Later<http::Response> Operations::answer(const http::Request& request) const {
  const auto found = std::ranges::find(beginnings_, beginning_of(request.path),
                                       &decltype(beginnings_)::value_type::first);
  if (found == beginnings_.end())
    return ground_.edge.problems().answer({"not-found"}, http::preferred_language(request));
  return found->second->answer(request);
}

std::vector<gateway::Route> Operations::routes() const {
  std::vector<gateway::Route> all;
  all.reserve(beginnings_.size());
  for (const auto& [beginning, of] : beginnings_)
    all.push_back({.prefix = beginning,
                   .handler = [of](const http::Request& request) { return of->answer(request); },
                   .open_to_anyone =
                       [this](http::Method method, std::string_view path) {
                         const auto* found = find(method, path);
                         return !found || std::ranges::count(found->operation->roles, "anyone") > 0;
                       }});
  return all;
}

const contracts::Route* Operations::find(http::Method method, std::string_view path) const {
  for (const auto& of : contexts_)
    if (const auto* route = of.routes ? of.routes->find(method, path) : nullptr) return route;
  return nullptr;
}

std::size_t Operations::pool_of(std::string_view context, std::size_t kind) const {
  const auto found = std::ranges::find(contexts_, context, &Of::context);
  return found == contexts_.end()
             ? std::size_t{everyone}
             : of_contexts + static_cast<std::size_t>(found - contexts_.begin()) * kinds + kind;
}

http::Plan Operations::plan(http::Method method, std::string_view path) const {
  using Plan = http::Plan;
  const auto* route = find(method, path);
  if (!route)
    return path == "/livez" ? Plan{.run = Plan::Run::quick} : Plan{.pool = Pool::everyone};
  const auto& operation = *route->operation;
  if (operation.is_streaming)
    return {.body = Plan::Body::streamed,
            .pool = pool_of(operation.context, steps),
            .body_bytes_max = ground_.settings.epub_bytes_max};
  if (operation.path.starts_with("/v1/webhooks")) return {.pool = Pool::hooks};
  if (operation.context == "rental" &&
      (operation.name == "rent_book" || operation.name == "extend_rental"))
    return {.pool = Pool::renting};
  if (!operation.is_effect && method == http::Method::get)
    return {.pool = pool_of(operation.context, reading)};
  const bool is_one_command =
      operation.is_effect &&
      std::ranges::find(several_steps, operation.name) == several_steps.end();
  return {.pool = pool_of(operation.context, is_one_command ? commands : steps)};
}

std::vector<http::PoolOptions> Operations::pools() const {
  const std::size_t most = ground_.settings.requests_at_once;
  const auto pool = [&](std::string name, std::size_t workers, std::size_t waiting) {
    return http::PoolOptions{std::move(name), workers, std::min(waiting, most), most};
  };
  std::vector<http::PoolOptions> all{pool("renting", 64, 256), pool("webhooks", 8, 256),
                                     pool("everyone", 16, 512)};
  for (const auto& of : contexts_) {
    // Few: they only begin what the journal answers, and more would get in each other's way.
    all.push_back(pool(of.context + " commands", 8, 1024));
    all.push_back(pool(of.context + " steps", 32, 256));
    all.push_back(pool(of.context + " queries", 16, 512));
  }
  return all;
}

}  // namespace madang::app
