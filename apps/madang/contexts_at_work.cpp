#include "apps/madang/contexts_at_work.hpp"

#include "apps/madang/key_figures.hpp"
#include "chassis/calls/breaker_metrics.hpp"
#include "chassis/tracing/calls.hpp"
#include "contracts/grpc/catalog_api_v1_calls.hpp"
#include "contracts/grpc/identity_api_v1_calls.hpp"
#include "contracts/grpc/payment_api_v1_calls.hpp"
#include "identity/application/erase_person.hpp"
#include "insight/adapters/inbound/insight_http.hpp"
#include "insight/insight.hpp"

namespace madang::app {

std::string Ground::folder_of(const std::string& context) const {
  auto folder = settings.data + "/" + context;
  files.create_folder(folder);
  return folder;
}

AtWork::AtWork(const Ground& ground, std::unique_ptr<chassis::Context> context,
               chassis::PortsOf ports)
    : context_{std::move(context)} {
  if (ground.around.alter) ground.around.alter(*context_);
  chassis::EngineSettings settings;
  settings.folder = ground.folder_of(context_->name());
  settings.spans = ground.spans;
  settings.look_every = ground.around.look_every;
  settings.timers_early = ground.around.timers_early;
  settings.journal = ground.around.journal;
  settings.broker = ground.around.broker;
  settings.query_connections = ground.around.hands.query_connections;
  settings.reaction_tasks = ground.around.hands.reaction_tasks;
  if (ground.around.marks) settings.marks = ground.around.marks(context_->name());
  engine_ = std::make_unique<chassis::Engine>(*context_, ground.runtime, ground.bus,
                                              std::move(ports), settings, ground.log);
  if (!settings.broker) {
    ground.bus.add(context_->name(), *engine_);
    return;
  }
  outlet_ =
      std::make_unique<chassis::BrokerOutlet>(ground.runtime, *settings.broker, context_->name());
  ground.bus.add(context_->name(), *outlet_);
}

void AtWork::start() {
  engine_->start();
  if (outlet_) outlet_->start();
}

namespace {

chassis::PortsOf with(chassis::KeyDestroyer& keys) {
  chassis::PortsOf ports;
  ports.provide<chassis::KeyDestroyer>(keys);
  return ports;
}

}  // namespace

IdentityAtWork::IdentityAtWork(const Ground& on, const security::SigningKeys& signing,
                               const security::RotatingKey& link_key)
    : ground{on},
      keys{ground.runtime, ground.folder_of("identity") + "/keys.db",
           security::key_of(ground.secrets, ground.runtime, "master-key"),
           identity::keepers_of_keys},
      keys_and_copy{keys, ground.keys_copier, ground.settings.keys_copy, ground.log},
      at_work{ground, identity::identity_context(), with(keys_and_copy)},
      accounts{at_work.engine(), security::key_of(ground.secrets, ground.runtime, "email-key")},
      attempts{ground.runtime, {}, ground.watch},
      passwords{ground.runtime, ground.around.password_cost},
      hasher{passwords},
      breached{ground.files, ground.settings.breached_passwords, ground.log},
      tokens{ground.runtime,
             signing,
             security::key_of(ground.secrets, ground.runtime, "refresh-key"),
             {.issuer = token_issuer, .audience = token_issuer}},
      codes{security::key_of(ground.secrets, ground.runtime, "refresh-key")},
      factors{security::key_of(ground.secrets, ground.runtime, "refresh-key")},
      vault{ground.runtime, keys},
      archive{ground.runtime},
      http{at_work.engine(),
           {at_work.engine(), accounts, attempts, hasher, breached, tokens, keys, vault, archive,
            codes, factors, ground.settings.session_unused, ground.settings.reset_code_lasts,
            ground.settings.second_factor_for, ground.watch},
           signing,
           security::key_of(ground.secrets, ground.runtime, "erasure-key"),
           link_key,
           ground.runtime},
      routes{ground.edge, identity::http_v1::routes(http, ground.edge)},
      key_desk{keys} {}

std::optional<std::string> IdentityAtWork::answer(std::string_view method, std::string_view message,
                                                  const chassis::Call& call) {
  return identity::api_v1::answer(key_desk, method, message, call);
}

std::vector<std::shared_ptr<void>> IdentityAtWork::show(telemetry::Registry& registry) {
  auto shown = show_key_figures(*this, registry);
  shown.push_back(registry.gauge_from(
      "madang_keys_copy_behind",
      "1 while the copy of keys cannot be replaced and an erasure waits for it.", {},
      [this] { return keys_and_copy.is_behind() ? 1.0 : 0.0; }));
  return shown;
}

namespace {

// After a failed sync nothing on the disk is to be believed until the next start.
std::function<void(std::string_view)> stopping(runtime::Runtime& runtime) {
  return [&runtime](std::string_view why) { runtime.stop_process(why); };
}

}  // namespace

CatalogAtWork::CatalogAtWork(const Ground& ground)
    : at_work{ground, catalog::catalog_context()},
      blobs{ground.files, ground.folder_of("catalog") + "/files", ground.settings.epub_bytes_max,
            stopping(ground.runtime)},
      epubs{blobs},
      http{at_work.engine(), epubs, ground.settings.currency},
      routes{ground.edge, catalog::http_v1::routes(http, ground.edge)},
      file_desk{blobs} {}

std::optional<std::string> CatalogAtWork::answer(std::string_view method, std::string_view message,
                                                 const chassis::Call& call) {
  return catalog::api_v1::answer(file_desk, method, message, call);
}

namespace {

constexpr std::size_t errand_tasks = 2;

std::function<void(std::string_view, const kernel::PaymentId&)> warning_to(chassis::Log& log) {
  return [&log](std::string_view what, const kernel::PaymentId& payment) {
    log.warn(what, {{"payment", payment.text()}});
  };
}

}  // namespace

PaymentAtWork::PaymentAtWork(const Ground& on, http::Calls provider_calls,
                             const std::string& webhook_key)
    : ground{on},
      at_work{on, payment::payment_context()},
      provider{tracing::traced(std::move(provider_calls), on.tracer_of("payment"), "provider")},
      desk{on.runtime, at_work.engine(), provider, on.tracer_of("payment")},
      webhook{on.runtime, at_work.engine(), provider, {webhook_key}, warning_to(on.log)},
      errands{on.runtime, at_work.engine(), provider, warning_to(on.log)},
      accounts{on.runtime, at_work.engine()},
      http{at_work.engine(), webhook},
      routes{on.edge, payment::http_v1::routes(http, on.edge)} {}

void PaymentAtWork::start() {
  at_work.start();
  for (std::size_t task = 0; task < errand_tasks; ++task)
    ground.runtime.spawn("payment errands", [this, task] { errands.run(task, errand_tasks); });
  ground.runtime.spawn("payment accounts", [this] { accounts.run(); });
}

std::optional<std::string> PaymentAtWork::answer(std::string_view method, std::string_view message,
                                                 const chassis::Call& call) {
  return payment::api_v1::answer(desk, method, message, call);
}

std::vector<std::shared_ptr<void>> PaymentAtWork::show(telemetry::Registry& registry) {
  return show_key_figures(*this, registry);
}

namespace {

std::string_view told(chassis::Breaker::State now) {
  switch (now) {
    case chassis::Breaker::State::open:
      return "the payment desk is closed: payment fails or is slow";
    case chassis::Breaker::State::half_open: return "a few customers try the payment desk";
    case chassis::Breaker::State::closed: return "the payment desk is open again";
  }
  return {};
}

chassis::PortsOf with(rental::EditionFiles& files) {
  chassis::PortsOf ports;
  ports.provide<rental::EditionFiles>(files);
  return ports;
}

rental::LendingRules rules_in(const Settings& settings) {
  return {.zone = settings.zone,
          .borrowed_max = settings.borrowed_max,
          .hold = {.pay_within = settings.pay_within, .lasts = settings.hold_lasts},
          .cancel_within = std::chrono::days{settings.cancel_within_days}};
}
chassis::BreakerLimits limits_of_breaker(const Settings& settings) {
  return {.slow_after = settings.desk_slow_after, .rest = settings.desk_closed_for};
}

}  // namespace

RentalAtWork::RentalAtWork(const Ground& ground, payment::api_v1::PaymentDesk& payments,
                           rental::CopiedFiles::OpenAtCatalog open_at_catalog,
                           const security::RotatingKey& link_key)
    : runtime{ground.runtime},
      rules{std::make_shared<const rental::LendingRules>(rules_in(ground.settings))},
      blobs{ground.files, ground.folder_of("rental") + "/files", ground.settings.epub_bytes_max,
            stopping(ground.runtime)},
      files{blobs, std::move(open_at_catalog)},
      at_work{ground, rental::rental_context(), with(files)},
      direct_desk{payments, ground.tracer_of("rental")},
      breaker{ground.runtime, limits_of_breaker(ground.settings),
              [&log = ground.log](chassis::Breaker::State now) { log.warn(told(now), {}); }},
      desk{direct_desk, breaker, ground.runtime},
      keeper{ground.runtime, at_work.engine(), breaker},
      http{{.runtime = ground.runtime,
            .rental = at_work.engine(),
            .outcomes = at_work.engine(),
            .payments = desk,
            .files = blobs,
            .link_key = link_key,
            .problems = ground.edge.problems(),
            .rules = [this] { return *rules.load(); }}},
      routes{ground.edge, rental::http_v1::routes(http, ground.edge)} {}

void RentalAtWork::set(const Settings& settings) {
  rules = std::make_shared<const rental::LendingRules>(rules_in(settings));
  breaker.set(limits_of_breaker(settings));
}

void RentalAtWork::start() {
  at_work.start();
  runtime.spawn("desk keeper", [this] { keeper.run(); });
}

std::vector<std::shared_ptr<void>> RentalAtWork::show(telemetry::Registry& registry) {
  return chassis::show_metrics(breaker, "rental to payment", registry);
}

CustomerAtWork::CustomerAtWork(const Ground& ground,
                               std::unique_ptr<security::KeyDesk> keys_of_identity)
    : desk{std::move(keys_of_identity)},
      keys{ground.runtime, ground.folder_of("customer") + "/keys.db",
           security::key_of(ground.secrets, ground.runtime, "master-key"), *desk},
      at_work{ground, customer::customer_context(), with(keys)},
      vault{ground.runtime, keys},
      http{at_work.engine(), vault},
      routes{ground.edge, customer::http_v1::routes(http, ground.edge)} {}

std::vector<NeighbourOfAll> all_neighbours() {
  return {
      {"insight", insight::http_v1::routes,
       [](const Ground& ground) {
         return std::make_unique<AskedNeighbour<insight::InsightHttp>>(ground,
                                                                       insight::insight_context());
       }},
  };
}

}  // namespace madang::app
