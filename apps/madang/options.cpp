#include "apps/madang/options.hpp"

#include <chrono>
#include <stdexcept>

#include "apps/madang/control/exits.hpp"

namespace madang::app {
namespace {

using config::Kind;

constexpr std::int64_t day_in_ms = 86'400'000;

std::string in_minutes(std::chrono::milliseconds span) {
  return std::to_string(std::chrono::floor<std::chrono::minutes>(span).count()) + "m";
}

identity::SecondFactorFor who_needs_one(std::string_view text) {
  using identity::SecondFactorFor;
  if (text == "staff") return SecondFactorFor::staff;
  return text == "everyone" ? SecondFactorFor::everyone : SecondFactorFor::nobody;
}

http::Proxies proxies_in(const std::string& networks, const std::string& field) {
  using Field = http::Proxies::Field;
  try {
    return {networks, field == "forwarded" ? Field::forwarded : Field::x_forwarded_for};
  } catch (const std::invalid_argument& fault) {
    throw config::Misconfigured{std::string{"http.trusted_proxies: "} + fault.what()};
  }
}

}  // namespace

std::vector<config::Option> all_options() {
  const Settings standard;
  return {
      {.name = "data", .kind = Kind::text, .standard = standard.data, .help = "The data folder."},
      {.name = "listen",
       .kind = Kind::text,
       .standard = standard.listen,
       .help = "HOST:PORT where the shop listens; port 0 is any that is free."},
      {.name = "sample",
       .kind = Kind::boolean,
       .standard = "false",
       .help = "Put sample editions into the catalog."},
      {.name = "payment.provider",
       .kind = Kind::text,
       .standard = "",
       .help =
           "http:// or https://HOST:PORT of the payment provider; without it, the sandbox within."},
      {.name = "payment.provider_key_path",
       .kind = Kind::text,
       .standard = "",
       .help =
           "The path of the file whose first line the provider is shown as the shop's key (Bearer); "
           "for the shop's account alone."},
      {.name = "payment.webhook_key_path",
       .kind = Kind::text,
       .standard = "",
       .help =
           "The path of the file whose first line signs the provider's webhooks; for the shop's "
           "account alone."},
      {.name = "security.authorities_path",
       .kind = Kind::text,
       .standard = "",
       .help =
           "The file of authorities, as PEM, who may stand for whom the shop calls by https; without "
           "it, the system's."},
      {.name = "security.breached_passwords_path",
       .kind = Kind::text,
       .standard = "",
       .help =
           "The file of breached passwords, a line of SHA-1 each in their order, that no new password "
           "may be in; without it, the shop's own rules alone."},
      {.name = "security.keys_copy",
       .kind = Kind::text,
       .standard = "",
       .help =
           "The path of the copy that `madang backup keys` made: no erasure is done before it is "
           "replaced."},
      {.name = "shop.currency",
       .kind = Kind::text,
       .standard = std::string{standard.currency.text()},
       .help = "ISO 4217."},
      {.name = "shop.zone",
       .kind = Kind::text,
       .standard = standard.zone,
       .help = "The time zone in which loans end with the day."},
      {.name = "rental.cancel_within_days",
       .kind = Kind::integer,
       .standard = std::to_string(standard.cancel_within_days),
       .help = "Until when a rental that was never opened can be cancelled.",
       .least = 0,
       .most = 3650,
       .is_limit = true},
      {.name = "rental.borrowed_max",
       .kind = Kind::integer,
       .standard = std::to_string(standard.borrowed_max),
       .help = "Loans and holds of one customer.",
       .least = 1,
       .most = 1000,
       .is_limit = true},
      {.name = "rental.pay_within",
       .kind = Kind::duration,
       .standard = in_minutes(standard.pay_within),
       .help = "How long after a customer has asked for a book their payment may still begin.",
       .least = 1,
       .most = day_in_ms,
       .is_limit = true},
      {.name = "rental.hold_lasts",
       .kind = Kind::duration,
       .standard = in_minutes(standard.hold_lasts),
       .help = "How long a licence waits for its payment; longer than rental.pay_within.",
       .least = 1,
       .most = day_in_ms,
       .is_limit = true},
      {.name = "rental.desk_slow_after",
       .kind = Kind::duration,
       .standard = std::to_string(standard.desk_slow_after.count() / 1000) + "s",
       .help = "A payment's answer that takes longer is slow; when half are slow or fail, the "
               "payment desk closes.",
       .least = 1,
       .most = day_in_ms,
       .is_limit = true},
      {.name = "rental.desk_closed_for",
       .kind = Kind::duration,
       .standard = std::to_string(standard.desk_closed_for.count() / 1000) + "s",
       .help =
           "How long the payment desk stays closed at least before a few customers try it again, at "
           "first up to three times as long, by chance; longer each time that they cannot pay, a minute "
           "at most.",
       .least = 1,
       .most = 60'000,
       .is_limit = true},
      {.name = "catalog.epub_bytes_max",
       .kind = Kind::integer,
       .standard = std::to_string(standard.epub_bytes_max),
       .help = "The largest file of an edition.",
       .least = 1},
      {.name = "http.tls_certificate_path",
       .kind = Kind::text,
       .standard = "",
       .help = "The file of the certificate and those that lead to its root, as PEM; without it, "
               "plain HTTP. Read anew when it changes."},
      {.name = "http.tls_key_path",
       .kind = Kind::text,
       .standard = "",
       .help = "The file of the certificate's key, as PEM."},
      {.name = "http.requests_per_minute",
       .kind = Kind::integer,
       .standard = std::to_string(standard.requests_per_minute),
       .help = "Of one person; an address may send ten times that; 0: unlimited.",
       .least = 0,
       .most = 6'000'000,  // an address's ten times that is still counted in whole microseconds
       .is_limit = true},
      {.name = "http.requests_at_once",
       .kind = Kind::integer,
       .standard = std::to_string(standard.requests_at_once),
       .help = "How many commands, or queries, of one context may be unanswered at once; more are "
               "told to come again.",
       .least = 1,
       .most = 100'000},
      {.name = "http.trusted_proxies",
       .kind = Kind::text,
       .standard = "",
       .help =
           "Addresses and networks of the proxies in front of the shop, such as 192.0.2.7, 198.51.100.0/24: who asks "
           "through them counts as who they say."},
      {.name = "http.proxies_write",
       .kind = Kind::text,
       .standard = "x-forwarded-for",
       .help = "The field in which they say it.",
       .choices = {"x-forwarded-for", "forwarded"}},
      {.name = "metrics.listen",
       .kind = Kind::text,
       .standard = "",
       .help =
           "HOST:PORT where machines read /metrics, and nothing else; without it, at the shop's own address, for "
           "whoever asks on this machine itself."},
      {.name = "http.answer_within",
       .kind = Kind::duration,
       .standard = std::to_string(standard.answer_within.count() / 1000) + "s",
       .help =
           "How long a request may take from its first byte to its answer; what was not decided by "
           "then is not decided any more.",
       .least = 100,
       .most = 600'000},
      {.name = "http.drain_within",
       .kind = Kind::duration,
       .standard = std::to_string(standard.drain_within.count()) + "s",
       .help = "How long accepted requests may take after SIGTERM."},
      {.name = "security.keys_turn_after_days",
       .kind = Kind::integer,
       .standard = std::to_string(standard.keys_turn_after_days),
       .help =
           "How long a key signs tokens, links and cursors; what it signed is honoured as long again.",
       .least = 1,
       .most = 3650},
      {.name = "security.session_unused",
       .kind = Kind::duration,
       .standard = "7d",
       .help = "How long a session that nobody uses lasts; none lasts longer than thirty days.",
       .least = 1'200'000,  // longer than an access token, whose use is not noted
       .most = 30 * day_in_ms},
      {.name = "security.reset_code_lasts",
       .kind = Kind::duration,
       .standard = "1h",
       .help = "How long a code is good with which whoever forgot their password chooses another.",
       .least = 60'000,
       .most = day_in_ms},
      {.name = "security.second_factor_for",
       .kind = Kind::text,
       .standard = "nobody",
       .help =
           "Who must have a second factor: nobody, staff (book managers and operators) or everyone. Who must and has "
           "none signs in without the roles that demand it, and can set one up.",
       .choices = {"nobody", "staff", "everyone"}},
      {.name = "tracing.endpoint",
       .kind = Kind::text,
       .standard = "",
       .help =
           "Where traces are sent, such as http://127.0.0.1:9411/api/v2/spans; without it, nowhere."},
      {.name = "tracing.format",
       .kind = Kind::text,
       .standard = "zipkin",
       .help = "zipkin, or otlp: OTLP over HTTP as JSON."},
      {.name = "tracing.one_in",
       .kind = Kind::integer,
       .standard = std::to_string(standard.trace_one_in),
       .help =
           "Of the traces that begin here, one in so many is sent; of others, what the caller wants.",
       .least = 1,
       .most = 1'000'000'000},
  };
}

config::Settings configured(const std::optional<std::string>& file, const Flags& flags,
                            const Changes& changes) {
  config::Sources sources;
  sources.file_path = file;
  sources.environment = config::environment_of_process();
  sources.flags = flags;
  sources.changed = changes;
  sources.read_file = config::contents_of;
  return {all_options(), sources};
}

Settings settings_of(const config::Settings& from) {
  Settings settings;
  settings.data = from.text("data");
  settings.listen = from.text("listen");
  settings.sample = from.boolean("sample");
  if (from.has("payment.provider")) settings.provider_origin = from.text("payment.provider");
  if (from.has("payment.provider_key_path"))
    settings.provider_key_file = from.text("payment.provider_key_path");
  if (from.has("security.authorities_path"))
    settings.authorities = from.text("security.authorities_path");
  if (from.has("payment.webhook_key_path"))
    settings.provider_secret_file = from.text("payment.webhook_key_path");
  if (from.has("security.breached_passwords_path"))
    settings.breached_passwords = from.text("security.breached_passwords_path");
  if (from.has("security.keys_copy")) settings.keys_copy = from.text("security.keys_copy");
  const auto currency = kernel::Currency::parse(from.text("shop.currency"));
  if (!currency)
    throw config::Misconfigured{"shop.currency: three capitals of ISO 4217 are expected"};
  settings.currency = *currency;
  settings.zone = from.text("shop.zone");
  settings.cancel_within_days =
      static_cast<std::int32_t>(from.integer("rental.cancel_within_days"));
  settings.borrowed_max = static_cast<std::int32_t>(from.integer("rental.borrowed_max"));
  settings.pay_within = from.duration("rental.pay_within");
  settings.hold_lasts = from.duration("rental.hold_lasts");
  if (settings.hold_lasts <= settings.pay_within)
    throw config::Misconfigured{
        "rental.hold_lasts: must be longer than rental.pay_within, or what is paid comes too late"};
  settings.desk_slow_after = from.duration("rental.desk_slow_after");
  settings.desk_closed_for = from.duration("rental.desk_closed_for");
  settings.epub_bytes_max = static_cast<std::uint64_t>(from.integer("catalog.epub_bytes_max"));
  if (from.has("http.tls_certificate_path"))
    settings.tls_certificate = from.text("http.tls_certificate_path");
  if (from.has("http.tls_key_path")) settings.tls_key = from.text("http.tls_key_path");
  if (settings.tls_certificate.empty() != settings.tls_key.empty())
    throw config::Misconfigured{
        "http.tls_certificate_path and http.tls_key_path: one is of no use without the other"};
  settings.requests_per_minute =
      static_cast<std::uint32_t>(from.integer("http.requests_per_minute"));
  settings.keys_turn_after_days =
      static_cast<std::int32_t>(from.integer("security.keys_turn_after_days"));
  settings.session_unused = from.duration("security.session_unused");
  settings.second_factor_for = who_needs_one(from.text("security.second_factor_for"));
  settings.reset_code_lasts = from.duration("security.reset_code_lasts");
  settings.requests_at_once = static_cast<std::size_t>(from.integer("http.requests_at_once"));
  if (from.has("http.trusted_proxies"))
    settings.proxies =
        proxies_in(from.text("http.trusted_proxies"), from.text("http.proxies_write"));
  if (from.has("metrics.listen")) settings.metrics_listen = from.text("metrics.listen");
  settings.answer_within = from.duration("http.answer_within");
  settings.drain_within =
      std::chrono::duration_cast<std::chrono::seconds>(from.duration("http.drain_within"));
  if (from.has("tracing.endpoint")) settings.spans_to = from.text("tracing.endpoint");
  const auto& format = from.text("tracing.format");
  if (format != "zipkin" && format != "otlp")
    throw config::Misconfigured{"tracing.format: zipkin or otlp is expected"};
  settings.spans_as_otlp = format == "otlp";
  settings.trace_one_in = static_cast<std::uint64_t>(from.integer("tracing.one_in"));
  return settings;
}

Flags flags_of(const std::vector<std::string>& set) {
  Flags flags;
  for (const auto& it : set) {
    const auto equals = it.find('=');
    if (equals == std::string::npos) throw NotUnderstood{"--set takes NAME=VALUE"};
    flags.emplace_back(it.substr(0, equals), it.substr(equals + 1));
  }
  return flags;
}

Given settings_given(const std::string& file, const Flags& flags, const Changes& changes) {
  try {
    auto shown = configured(file.empty() ? std::nullopt : std::optional{file}, flags, changes);
    auto settings = settings_of(shown);
    return {std::move(shown), std::move(settings)};
  } catch (const config::Misconfigured& faults) {
    throw NotUnderstood{faults.what()};
  }
}

}  // namespace madang::app
