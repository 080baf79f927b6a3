#include "apps/madang/shop.hpp"

#include "apps/madang-sandbox-pay/sandbox_provider.hpp"
#include "apps/madang/calls_out.hpp"
#include "apps/madang/contexts_here.hpp"
#include "apps/madang/control/desk.hpp"
#include "apps/madang/control/exits.hpp"
#include "apps/madang/metrics_door.hpp"
#include "apps/madang/operations.hpp"
#include "apps/madang/traces.hpp"
#include "catalog/sample/sample_editions.hpp"
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
constexpr std::chrono::hours own_keys_looked_at_every{1};
constexpr std::chrono::minutes keys_of_another_read_every{1};
constexpr std::string_view plain_text = "text/plain; charset=utf-8";

http::Response text_response(int status, std::string_view type, std::string_view text) {
  http::Response response{.status = status, .headers = {}, .body = std::string{text}};
  response.headers.set("Content-Type", std::string{type});
  return response;
}

// The shop's secrets as this process may use them: its own, or those that the process with identity makes for all.
std::shared_ptr<security::Secrets> secrets_of(storage::FileSystem& files, const Settings& settings,
                                              const Surroundings& around) {
  if (!around.secrets)
    return std::make_shared<security::SecretFolder>(files, settings.data + "/secrets");
  if (around.hold("identity")) return {std::shared_ptr<void>{}, around.secrets};
  return std::make_shared<security::SecretsOfAnother>(*around.secrets);
}

Surroundings sound(Surroundings around) {
  if (!around.here.empty() &&
      (!around.broker || !around.secrets || !around.elsewhere.call || !around.elsewhere.serve))
    throw std::invalid_argument{
        "a process with a part of the shop needs a broker, the shop's secrets and a way to the other parts"};
  return around;
}

gateway::Limits limits_of(const Settings& settings) {
  if (settings.requests_per_minute == 0) return {.per_person = {}, .per_address = {}};
  const auto rate = settings.requests_per_minute;
  return {.per_person = gateway::Quota{.burst = std::max(rate / 6, 1U), .per_minute = rate},
          .per_address = gateway::Quota{.burst = std::max(rate, 1U), .per_minute = rate * 10}};
}

}  // namespace

class Shop::Inside {
 public:
  Inside(runtime::Runtime& on, storage::FileSystem& files, const Settings& set,
         telemetry::Registry& metrics, LogLines& to, Surroundings of, SettingsWith with)
      : runtime{on},
        settings{set},
        around{sound(std::move(of))},
        log{to},
        secrets{secrets_of(files, set, around)},
        signing{*secrets, on, keys_turned_by()},
        position_key{*secrets, on, "position-key", keys_turned_by()},
        link_key{*secrets, on, "link-key", keys_turned_by()},
        traces{on, settings, metrics, to},
        edge{on, security::key_of(*secrets, on, "fingerprint-key"), position_key, traces.spans()},
        keys_copier{on, files, set.data},
        ground{on,
               files,
               settings,
               around,
               *secrets,
               bus,
               to,
               edge,
               traces.spans(),
               keys_copier,
               [&to](const telemetry::SecurityNote& note) { to.security(note); }},
        verifier{signing, on, {.issuer = token_issuer, .audience = token_issuer}},
        contexts{ground,
                 {signing, link_key, reach_provider(files), [this] { return webhook_key(); }}},
        engines{contexts.engines()},
        operations{contexts, ground},
        desk{on, files, set.data, engines, keys_copier},
        registry{metrics},
        report{[&to](const http::Request& request, std::string_view why) {
          to.warn("a request failed by a defect",
                  {{"path", request.path}, {"why", why}, {"trace", request.trace.trace_id_text()}});
        }},
        ended{hear_of_sessions()},
        gateway{open_gateway()} {
    if (contexts.payment) desk.ask_at(contexts.payment->provider);
    if (contexts.identity) begin_as_identitys(std::move(with));
    show_figures();
  }

  // The gateway makes answers of what the contexts decided, and goes before them.
  ~Inside() {
    for (auto* engine : engines) engine->drop_waiting();
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

  // Limits alone: what else differs is for the next start.
  void put_in_force(const Settings& now) {
    if (gateway) gateway->set(limits_of(now));
    for (auto* it : contexts.all()) it->set(now);
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
      while (true) runtime.sleep(contexts.identity ? turn_keys() : read_keys());
    });
    contexts.start();
    if (sandbox)
      runtime.spawn("sandbox webhooks", [this] {
        sandbox->send_webhooks(
            std::string{webhook_path}, webhook_key(), [this](const http::Request& request) {
              return http::wait_for_answer(
                  runtime, [this](const http::Request& it) { return let_in(it); }, request);
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

  // What the keys before signed is honoured until the next turn. How long to wait before the next look.
  runtime::Duration turn_keys() {
    try {
      if (signing.rotate_after(std::chrono::days{settings.keys_turn_after_days})) {
        position_key.rotate();
        link_key.rotate();
        log.tell("the keys that sign have turned", {});
      }
    } catch (const std::exception& failure) {
      log.warn("the keys that sign did not turn", {{"why", failure.what()}});
    }
    return own_keys_looked_at_every;
  }
  // So that what is signed here is honoured elsewhere, and what elsewhere here.
  runtime::Duration read_keys() {
    try {
      signing.read_anew();
      position_key.read_anew();
      link_key.read_anew();
    } catch (const std::exception& failure) {
      log.warn("the keys that sign were not read anew", {{"why", failure.what()}});
    }
    return keys_of_another_read_every;
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

  http::Later<http::Response> serve(const http::Request& request) {
    return http::guarded([this](const http::Request& it) { return operations.answer(it); }, request,
                         edge.problems(), report);
  }
  // As somebody who does not belong to the shop comes in.
  http::Later<http::Response> let_in(const http::Request& request) {
    return gateway ? gateway->handle(request) : serve(request);
  }

  runtime::Runtime& runtime;
  const Settings settings;
  const Surroundings around;
  LogLines& log;
  chassis::Bus bus;
  const std::shared_ptr<security::Secrets> secrets;
  security::SigningKeys signing;
  security::RotatingKey position_key, link_key;
  Traces traces;
  contracts::Edge edge;
  KeysCopier keys_copier;
  Ground ground;
  security::TokenVerifier verifier;
  std::unique_ptr<sandbox::SandboxProvider> sandbox;
  std::unique_ptr<ProviderElsewhere> provider;
  ContextsHere contexts;
  const std::vector<chassis::Engine*> engines;
  Operations operations;
  Desk desk;
  telemetry::Registry& registry;
  const http::ReportDefect report;
  // None: the gateway is in another process.
  const std::unique_ptr<gateway::EndedSessions> ended;
  const std::unique_ptr<gateway::Gateway> gateway;
  runtime::Duration clock_was_behind{};      // at the start, of the newest event
  std::vector<std::shared_ptr<void>> shown;  // the engines' gauges: they go before the engines

 private:
  [[nodiscard]] security::TurnedBy keys_turned_by() const {
    return around.hold("identity") ? security::TurnedBy::this_process : security::TurnedBy::another;
  }

  // People, their keys and what operators have changed are identity's; so are the secrets that all share.
  void begin_as_identitys(SettingsWith with) {
    auto& identity = *contexts.identity;
    if (!contexts.payment) static_cast<void>(security::key_of(*secrets, runtime, "webhook-key"));
    desk.export_from(identity.accounts, identity.archive);
    if (!with) return;
    put_in_force(with(limits_changed(identity.engine().read_journal()->acts())));
    desk.know({std::move(with), [this](const Settings& now) { put_in_force(now); }});
  }

  void show_figures() {
    for (auto* engine : engines)
      for (auto& gauge : chassis::show_metrics(*engine, registry))
        shown.push_back(std::move(gauge));
    shown.push_back(registry.gauge_from(
        "madang_wall_clock_departure_seconds",
        "How far the machine's clock was set since the start, or stood before what was recorded when it "
        "started; beyond a minute the shop is unready.",
        {}, [this] { return std::chrono::duration<double>{clock_departure()}.count(); }));
    shown.push_back(registry.gauge_from("madang_ready", "1 when /readyz says so.", {},
                                        [this] { return is_ready() ? 1.0 : 0.0; }));
    if (contexts.payment)
      shown.push_back(registry.gauge_from(
          "madang_payment_provider_refusals",
          "Calls since the start for which the payment provider did not take the shop's key.", {},
          [this] { return provider ? static_cast<double>(provider->refusals()) : 0.0; }));
    for (auto* it : contexts.all())
      for (auto& gauge : it->show(registry)) shown.push_back(std::move(gauge));
  }

  std::unique_ptr<gateway::EndedSessions> hear_of_sessions() {
    if (!around.hold(the_gateway)) return nullptr;
    return std::make_unique<gateway::EndedSessions>(runtime, contexts.outlet("identity"),
                                                    identity::access_token_lasts);
  }
  std::unique_ptr<gateway::Gateway> open_gateway() {
    if (!ended) return nullptr;
    return std::make_unique<gateway::Gateway>(
        runtime, routes(), verifier,
        [this](const security::TokenClaims& token) { return ended->has(token); }, edge.problems(),
        registry, limits_of(settings),
        [this](const gateway::RequestRecord& record) { log.request(record); }, report,
        traces.spans());
  }

  std::string webhook_key() {
    if (!settings.provider_secret_file.empty())
      return security::secret_in(ground.files, settings.provider_secret_file);
    return security::key_of(*secrets, runtime, "webhook-key");
  }

  // The provider elsewhere, or the sandbox inside: with a store of its own either way.
  http::Calls reach_provider(storage::FileSystem& files) {
    if (!around.hold("payment")) return {};
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

  std::vector<gateway::Route> routes() {
    auto all = operations.routes();
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
      auto* catalog = inside->contexts.catalog.get();
      if (catalog) catalog::load_sample(catalog->engine(), catalog->epubs);
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
  CHECK(inside_->gateway, "people come in where the gateway is");
  return inside_->gateway->handle(request);
}
http::Later<http::Response> Shop::serve(const http::Request& request) {
  return inside_->serve(request);
}
std::string Shop::answer_call(std::string_view method, const std::string& message,
                              const chassis::Call& call) {
  return inside_->contexts.answer(method, message, call);
}
void Shop::write_down_unheard(const http::Request& request, const http::Response& answer,
                              runtime::Time began) {
  if (inside_->gateway) inside_->gateway->write_down_unheard(request, answer, began);
}
const http::Problems& Shop::problems() const { return inside_->edge.problems(); }

http::Plan Shop::plan(http::Method method, std::string_view path) const {
  return inside_->operations.plan(method, path);
}
std::vector<http::PoolOptions> Shop::pools() const { return inside_->operations.pools(); }

}  // namespace madang::app
