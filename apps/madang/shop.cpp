#include "apps/madang/shop.hpp"

#include "apps/madang-sandbox-pay/sandbox_provider.hpp"
#include "apps/madang/calls_out.hpp"
#include "apps/madang/contexts_at_work.hpp"
#include "apps/madang/control/desk.hpp"
#include "apps/madang/control/exits.hpp"
#include "apps/madang/key_figures.hpp"
#include "apps/madang/metrics_door.hpp"
#include "apps/madang/traces.hpp"
#include "catalog/sample/sample_editions.hpp"
#include "chassis/calls/breaker_metrics.hpp"
#include "chassis/http/wait_for_answer.hpp"
#include "chassis/security/token_verifier.hpp"
#include "chassis/subscriptions/metrics.hpp"
#include "contracts/support/served.hpp"
#include "gateway/ended_sessions.hpp"
#include "gateway/gateway.hpp"
#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

namespace madang::app {
namespace {

using namespace std::string_view_literals;

constexpr std::chrono::minutes clock_departure_max{1};
constexpr std::string_view webhook_path = "/v1/webhooks/sandbox";
constexpr std::string_view plain_text = "text/plain; charset=utf-8";

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

http::Response text_response(int status, std::string_view type, std::string_view text) {
  http::Response response{.status = status, .headers = {}, .body = std::string{text}};
  response.headers.set("Content-Type", std::string{type});
  return response;
}

// "/v1/editions" of "/v1/editions/{edition_id}"; "/.well-known/jwks.json" as it is.
std::string prefix_of(std::string_view path) {
  if (!path.starts_with("/v1/")) return std::string{path};
  return std::string{path.substr(0, path.find('/', 4))};
}

}  // namespace

class Shop::Inside {
 public:
  Inside(runtime::Runtime& on, storage::FileSystem& files, const Settings& set,
         telemetry::Registry& metrics, LogLines& to, Surroundings of, SettingsWith with)
      : runtime{on},
        settings{set},
        around{std::move(of)},
        log{to},
        secrets{files, set.data + "/secrets"},
        signing{secrets, on},
        position_key{secrets, on, "position-key"},
        link_key{secrets, on, "link-key"},
        traces{on, settings, metrics, to},
        edge{on, security::key_of(secrets, on, "fingerprint-key"), position_key, traces.spans()},
        keys_copier{on, set.data},
        ground{on,
               files,
               settings,
               around,
               secrets,
               bus,
               to,
               edge,
               traces.spans(),
               keys_copier,
               [&to](const telemetry::SecurityNote& note) { to.security(note); }},
        verifier{signing, on, {.issuer = token_issuer, .audience = token_issuer}},
        provider_calls{reach_provider(files)},
        identity{ground, signing, link_key},
        catalog{ground},
        payment{ground, provider_calls, webhook_key()},
        rental{ground, payment.desk, catalog.blobs, link_key},
        customer{ground, identity.keys},
        neighbours{let_in()},
        engines{all_engines()},
        desk{on, set.data, engines, keys_copier},
        ended{on, identity.at_work.engine(), identity::access_token_lasts},
        registry{metrics},
        gateway{
            on,
            routes(),
            verifier,
            [this](const security::TokenClaims& token) { return ended.has(token); },
            edge.problems(),
            metrics,
            limits(set),
            [&to](const gateway::RequestRecord& record) { to.request(record); },
            [&to](const http::Request& request, std::string_view why) {
              to.warn(
                  "a request failed by a defect",
                  {{"path", request.path}, {"why", why}, {"trace", request.trace.trace_id_text()}});
            },
            traces.spans()} {
    desk.ask_at(payment.provider);
    identity.archive.open_with(identity.vault);
    for (auto* engine : engines) identity.archive.add(*engine);
    desk.export_from(identity.accounts, identity.archive);
    if (with) {
      put_in_force(with(limits_changed(identity.at_work.engine().read_journal()->acts())));
      desk.know({std::move(with), [this](const Settings& now) { put_in_force(now); }});
    }
    for (auto* engine : engines)
      for (auto& gauge : chassis::show_metrics(*engine, metrics)) shown.push_back(std::move(gauge));
    shown.push_back(metrics.gauge_from(
        "madang_wall_clock_departure_seconds",
        "How far the machine's clock was set since the start, or stood before what was recorded when it "
        "started; beyond a minute the shop is unready.",
        {}, [this] { return std::chrono::duration<double>{clock_departure()}.count(); }));
    shown.push_back(metrics.gauge_from("madang_ready", "1 when /readyz says so.", {},
                                       [this] { return is_ready() ? 1.0 : 0.0; }));
    shown.push_back(metrics.gauge_from(
        "madang_payment_provider_refusals",
        "Calls since the start for which the payment provider did not take the shop's key.", {},
        [this] { return provider ? static_cast<double>(provider->refusals()) : 0.0; }));
    for (auto& gauge : chassis::show_metrics(rental.breaker, "rental to payment", metrics))
      shown.push_back(std::move(gauge));
    shown.push_back(metrics.gauge_from(
        "madang_keys_copy_behind",
        "1 while the copy of keys cannot be replaced and an erasure waits for it.", {},
        [this] { return identity.keys_and_copy.is_behind() ? 1.0 : 0.0; }));
    for (auto& gauge : show_key_figures(identity, metrics)) shown.push_back(std::move(gauge));
    for (auto& gauge : show_key_figures(payment, metrics)) shown.push_back(std::move(gauge));
  }

  // The gateway makes answers of what the contexts decided, and goes before them.
  ~Inside() {
    for (auto* engine : engines) engine->drop_waiting();
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

  // Limits alone: what else differs is for the next start.
  void put_in_force(const Settings& now) {
    gateway.set(limits(now));
    rental.set(now);
  }

  void start() {
    traces.start();
    look_at_the_clock();
    runtime.spawn("log", [this] {
      while (true) {
        runtime.sleep(std::chrono::seconds{1});
        log.flush();
      }
    });
    runtime.spawn("keys", [this] {
      while (true) {
        turn_keys();
        runtime.sleep(std::chrono::hours{1});
      }
    });
    identity.at_work.start();
    catalog.at_work.start();
    payment.start();
    rental.start();
    customer.at_work.start();
    for (const auto& it : neighbours) it->at_work.start();
    if (sandbox)
      runtime.spawn("sandbox webhooks", [this] {
        sandbox->send_webhooks(
            std::string{webhook_path}, webhook_key(), [this](const http::Request& request) {
              return http::wait_for_answer(
                  runtime, [this](const http::Request& it) { return gateway.handle(it); }, request);
            });
      });
  }

  // Forward it may have been set while the shop was away, or the shop was away for so long; but before what
  // was recorded it cannot be. This program would go on with its wrong time though the clock were set right:
  // it must be started anew.
  void look_at_the_clock() {
    for (auto* engine : engines)
      clock_was_behind =
          std::max<runtime::Duration>(clock_was_behind, engine->log_time() - runtime.now());
    if (clock_was_behind > clock_departure_max)
      log.warn(
          "the machine's clock stands before what was recorded: set it right and start the shop anew",
          {{"seconds",
            std::to_string(std::chrono::floor<std::chrono::seconds>(clock_was_behind).count())}});
  }

  // What the keys before signed is honoured until the next turn.
  void turn_keys() {
    try {
      if (!signing.rotate_after(std::chrono::days{settings.keys_turn_after_days})) return;
      position_key.rotate();
      link_key.rotate();
      log.tell("the keys that sign have turned", {});
    } catch (const std::exception& failure) {
      log.warn("the keys that sign did not turn", {{"why", failure.what()}});
    }
  }

  // Those that no engine has: people's keys, and the sandbox's books when it is within.
  void shorten_other_files() {
    for (const auto* file : {"identity/keys.db", "customer/keys.db", "sandbox/sandbox.db"}) try {
        const auto path = settings.data + "/" + file;
        if (std::filesystem::exists(path))
          storage::Database{path, storage::Synchronous::full, storage::Open::read_write}.checkpoint(
              storage::Checkpoint::truncate);
      } catch (const std::exception& failure) {
        log.warn("a file stays long", {{"file", file}, {"why", failure.what()}});
      }
  }

  [[nodiscard]] std::size_t pool_of(std::string_view context, Kind kind) const {
    const auto found = std::ranges::find(
        engines, context,
        [](chassis::Engine* it) -> std::string_view { return it->context().name(); });
    return found == engines.end()
               ? std::size_t{everyone}
               : of_contexts + static_cast<std::size_t>(found - engines.begin()) * kinds + kind;
  }

  [[nodiscard]] const contracts::Route* find(http::Method method, std::string_view path) const {
    for (const auto* routes : all_routes())
      if (const auto* route = routes->find(method, path)) return route;
    return nullptr;
  }

  http::Later<http::Response> serve(const http::Request& request) {
    const auto* route = find(request.method, request.path);
    return route ? route->answer(request)
                 : edge.problems().answer({"not-found"}, http::preferred_language(request));
  }

  runtime::Runtime& runtime;
  const Settings settings;
  const Surroundings around;
  LogLines& log;
  chassis::Bus bus;
  security::SecretFolder secrets;
  security::SigningKeys signing;
  security::RotatingKey position_key, link_key;
  Traces traces;
  contracts::Edge edge;
  KeysCopier keys_copier;
  Ground ground;
  security::TokenVerifier verifier;
  std::unique_ptr<sandbox::SandboxProvider> sandbox;
  std::unique_ptr<ProviderElsewhere> provider;
  http::Calls provider_calls;
  IdentityAtWork identity;
  CatalogAtWork catalog;
  PaymentAtWork payment;
  RentalAtWork rental;
  CustomerAtWork customer;
  std::vector<std::unique_ptr<Neighbour>> neighbours;
  const std::vector<chassis::Engine*> engines;
  Desk desk;
  gateway::EndedSessions ended;
  telemetry::Registry& registry;
  gateway::Gateway gateway;
  runtime::Duration clock_was_behind{};      // at the start, of the newest event
  std::vector<std::shared_ptr<void>> shown;  // the engines' gauges: they go before the engines

 private:
  [[nodiscard]] std::vector<std::unique_ptr<Neighbour>> let_in() const {
    std::vector<std::unique_ptr<Neighbour>> all;
    for (const auto& joins : all_neighbours()) all.push_back(joins(ground));
    for (const auto& joins : around.more) all.push_back(joins(ground));
    return all;
  }
  std::vector<chassis::Engine*> all_engines() {
    std::vector<chassis::Engine*> all{&identity.at_work.engine(), &catalog.at_work.engine(),
                                      &payment.at_work.engine(), &rental.at_work.engine(),
                                      &customer.at_work.engine()};
    for (const auto& it : neighbours) all.push_back(&it->at_work.engine());
    return all;
  }
  [[nodiscard]] std::vector<const contracts::Routes*> all_routes() const {
    std::vector<const contracts::Routes*> all{&identity.routes, &catalog.routes, &payment.routes,
                                              &rental.routes, &customer.routes};
    for (const auto& it : neighbours)
      if (it->routes) all.push_back(&*it->routes);
    return all;
  }

  std::string webhook_key() {
    if (!settings.provider_secret_file.empty())
      return security::secret_in(ground.files, settings.provider_secret_file);
    return security::key_of(secrets, runtime, "webhook-key");
  }

  // The provider elsewhere, or the sandbox inside: with a store of its own either way.
  http::Calls reach_provider(storage::FileSystem& files) {
    if (around.provider) return around.provider;
    if (!settings.provider_origin.empty()) {
      provider = std::make_unique<ProviderElsewhere>(
          runtime, files, settings, [this](auto what, auto whom, auto why) {
            log.warn(what, {{"called", whom}, {"why", why}});
          });
      return [this](const http::Request& request) { return provider->call(request); };
    }
    sandbox = std::make_unique<sandbox::SandboxProvider>(
        runtime, ground.folder_of("sandbox") + "/sandbox.db");
    return [this](const http::Request& request) { return sandbox->handle(request); };
  }

  // Throws Unavailable, which tells the caller to come again, for an operation that an operator has switched off.
  void demand_switched_on(const http::Request& request) {
    if (std::ranges::all_of(engines, [](auto* it) { return it->switches().all_off()->empty(); }))
      return;
    const auto* route = find(request.method, request.path);
    if (!route) return;
    for (auto* it : engines)
      if (it->context().name() == route->operation->context &&
          it->switches().is_off(route->operation->name))
        throw chassis::Unavailable{std::string{route->operation->name} + " is switched off"};
  }

  static gateway::Limits limits(const Settings& settings) {
    if (settings.requests_per_minute == 0) return {.per_person = {}, .per_address = {}};
    const auto rate = settings.requests_per_minute;
    return {.per_person = gateway::Quota{.burst = std::max(rate / 6, 1U), .per_minute = rate},
            .per_address = gateway::Quota{.burst = std::max(rate, 1U), .per_minute = rate * 10}};
  }

  std::vector<gateway::Route> routes() {
    std::vector<gateway::Route> all;
    std::set<std::string> known;
    for (const auto* of : all_routes())
      for (const auto& route : of->all()) {
        auto prefix = prefix_of(route.operation->path);
        if (!known.insert(prefix).second) continue;
        all.push_back({.prefix = std::move(prefix),
                       .handler =
                           [this, of](const http::Request& request) {
                             demand_switched_on(request);
                             return of->handle(request);
                           },
                       .open_to_anyone =
                           [this](http::Method method, std::string_view path) {
                             const auto* found = find(method, path);
                             return !found ||
                                    std::ranges::count(found->operation->roles, "anyone") > 0;
                           }});
      }
    const auto open = [](http::Method, std::string_view) { return true; };
    const auto people = [&](std::string prefix, http::Handler handler) {
      all.push_back(
          {.prefix = std::move(prefix), .handler = std::move(handler), .open_to_anyone = open});
    };
    const auto machines = [&](std::string prefix, http::Handler handler) {
      all.push_back({.prefix = std::move(prefix),
                     .handler = std::move(handler),
                     .whom = gateway::Route::For::machines});
    };
    people("/openapi.json", [](const http::Request&) {
      return http::json_response(200, std::string{contracts::openapi_json()});
    });
    people("/docs", [](const http::Request&) {
      return text_response(200, "text/html; charset=utf-8", contracts::page_html());
    });
    machines("/livez",
             [](const http::Request&) { return text_response(200, plain_text, "alive\n"); });
    machines("/readyz", [this](const http::Request&) {
      return is_ready() ? text_response(200, plain_text, "ready\n")
                        : text_response(503, plain_text, "not ready\n");
    });
    machines("/metrics", [this](const http::Request& request) {
      if (shows_metrics(settings, request)) return metrics_of(registry);
      return edge.problems().answer({"not-found"}, http::preferred_language(request));
    });
    return all;
  }

 public:
  [[nodiscard]] runtime::Duration clock_departure() {
    return clock_was_behind > clock_departure_max ? -clock_was_behind
                                                  : runtime.wall_clock_departure();
  }
  // A clock that somebody set makes no loan end: the shop says so, and takes no more of the balancer's work.
  bool is_ready() {
    const auto departure = clock_departure();
    if (departure > clock_departure_max || departure < -clock_departure_max) return false;
    return std::ranges::all_of(engines, [](chassis::Engine* engine) { return engine->is_ready(); });
  }
};

Shop::Shop(runtime::Runtime& runtime, storage::FileSystem& files, const Settings& settings,
           telemetry::Registry& metrics, LogLines& log, Surroundings around, SettingsWith with)
    : inside_{std::make_unique<Inside>(runtime, files, settings, metrics, log, std::move(around),
                                       std::move(with))} {}
Shop::~Shop() = default;

void Shop::start() { inside_->start(); }
void Shop::close() {
  inside_->shorten_other_files();
  for (auto* engine : inside_->engines) try {
      engine->close();
    } catch (const std::exception& failure) {
      inside_->log.warn("a context's files stay long",
                        {{"context", engine->context().name()}, {"why", failure.what()}});
    }
}
void Shop::send_traces(runtime::Time deadline) { inside_->traces.settle(deadline); }
void Shop::load_sample() {
  inside_->runtime.spawn("sample", [inside = inside_.get()] {
    try {
      catalog::load_sample(inside->catalog.at_work.engine(), inside->catalog.epubs);
    } catch (const std::exception& failure) {
      inside->log.warn("the sample could not be loaded", {{"why", failure.what()}});
    }
  });
}
std::string Shop::control(const std::string& question, const std::string& who) {
  const auto said = [&]() -> Said {
    try {
      return inside_->desk.answer(question_of(question), who);
    } catch (const chassis::Corrupt&) {
      return {not_understood, {}, "the shop does not understand this; is it of another version?"};
    }
  }();
  return line_of(said);
}
bool Shop::is_ready() const { return inside_->is_ready(); }
http::Later<http::Response> Shop::handle(const http::Request& request) {
  return inside_->gateway.handle(request);
}
http::Later<http::Response> Shop::serve(const http::Request& request) {
  return inside_->serve(request);
}
std::string Shop::answer_call(std::string_view method, const std::string&, const chassis::Call&) {
  throw chassis::Corrupt{std::string{method} + ": nobody here answers this"};
}
void Shop::write_down_unheard(const http::Request& request, const http::Response& answer,
                              runtime::Time began) {
  inside_->gateway.write_down_unheard(request, answer, began);
}
const http::Problems& Shop::problems() const { return inside_->edge.problems(); }

http::Plan Shop::plan(http::Method method, std::string_view path) const {
  using Plan = http::Plan;
  const auto* route = inside_->find(method, path);
  if (!route)
    return path == "/livez" ? Plan{.run = Plan::Run::quick} : Plan{.pool = Pool::everyone};
  const auto& operation = *route->operation;
  if (operation.is_streaming)
    return {.body = Plan::Body::streamed,
            .pool = inside_->pool_of(operation.context, steps),
            .body_bytes_max = inside_->settings.epub_bytes_max};
  if (operation.path.starts_with("/v1/webhooks")) return {.pool = Pool::hooks};
  if (operation.context == "rental" &&
      (operation.name == "rent_book" || operation.name == "extend_rental"))
    return {.pool = Pool::renting};
  if (!operation.is_effect && method == http::Method::get)
    return {.pool = inside_->pool_of(operation.context, reading)};
  const bool is_one_command =
      operation.is_effect &&
      std::ranges::find(several_steps, operation.name) == several_steps.end();
  return {.pool = inside_->pool_of(operation.context, is_one_command ? commands : steps)};
}

std::vector<http::PoolOptions> Shop::pools() const {
  const std::size_t most = inside_->settings.requests_at_once;
  const auto pool = [&](std::string name, std::size_t workers, std::size_t waiting) {
    return http::PoolOptions{std::move(name), workers, std::min(waiting, most), most};
  };
  std::vector<http::PoolOptions> all{pool("renting", 64, 256), pool("webhooks", 8, 256),
                                     pool("everyone", 16, 512)};
  for (const auto* engine : inside_->engines) {
    const auto& context = engine->context().name();
    // Few: they only begin what the journal answers, and more would get in each other's way.
    all.push_back(pool(context + " commands", 8, 1024));
    all.push_back(pool(context + " steps", 32, 256));
    all.push_back(pool(context + " queries", 16, 512));
  }
  return all;
}

}  // namespace madang::app
