#include "gateway/gateway.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace madang::gateway {

using http::Later, http::Request, http::Response;
using runtime::Duration, runtime::Time;

namespace {

constexpr std::size_t logged_bytes_max = 256;
constexpr std::size_t logged_parameters_max = 16;

// Whole characters only.
std::string cut(std::string_view utf8) {
  auto size = std::min(utf8.size(), logged_bytes_max);
  while (size < utf8.size() && (static_cast<unsigned char>(utf8[size]) & 0xC0U) == 0x80U) --size;
  return std::string{utf8.substr(0, size)};
}

bool is_below(std::string_view path, std::string_view prefix) {
  return prefix == "/" ||
         (path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/'));
}

void demand_sound(const std::vector<Route>& routes) {
  for (const auto& [prefix, handler, whom, open] : routes) {
    if (!prefix.starts_with('/') || (prefix.size() > 1 && prefix.ends_with('/'))) {
      throw std::invalid_argument{"not a route's prefix: " + prefix};
    }
    if (std::ranges::count(routes, prefix, &Route::prefix) != 1) {
      throw std::invalid_argument{"two routes begin with " + prefix};
    }
  }
}

bool is_bearer(std::string_view credentials) {
  constexpr std::string_view scheme = "Bearer";
  return http::equal_ignoring_case(credentials.substr(0, scheme.size()), scheme) &&
         (credentials.size() == scheme.size() || credentials[scheme.size()] == ' ');
}

// RFC 6750 section 2.1. Empty when there is none; no token is ever empty.
std::string_view token_in(std::string_view credentials) {
  credentials.remove_prefix(std::min(credentials.find(' '), credentials.size()));
  credentials.remove_prefix(std::min(credentials.find_first_not_of(' '), credentials.size()));
  return credentials;
}

security::Principal principal_of(const security::TokenClaims& claims) {
  return {.person = claims.person,
          .roles = {claims.roles.begin(), claims.roles.end()},
          .session = claims.session,
          .client = claims.client};
}

std::uint64_t size_of(const Response& response) {
  if (const auto* slice = std::get_if<http::FileSlice>(&response.body)) return slice->length;
  return response.text().size();
}

std::string seconds_text(Duration time) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(time).count());
}

// draft-ietf-httpapi-ratelimit-headers-10.
void add_quota(http::Headers& headers, std::string_view name, const Quota& quota,
               const Taken& taken) {
  const auto item = '"' + std::string{name} + '"';
  headers.add("RateLimit-Policy",
              item + ";q=" + std::to_string(quota.burst) + ";w=" + seconds_text(quota.window()));
  headers.add("RateLimit",
              item + ";r=" + std::to_string(taken.left) + ";t=" + seconds_text(taken.full_in));
}

// What is known of a request without its token.
RequestRecord record_of(const Route& route, const Request& request, const Response& response,
                        Time began, Time ended) {
  RequestRecord record{.at = std::chrono::floor<std::chrono::milliseconds>(began),
                       .method = request.method,
                       .path = cut(request.path),
                       .parameters = {},
                       .route = route.prefix,
                       .status = response.status,
                       .bytes_in = request.stream ? request.stream->declared_length().value_or(0)
                                                  : request.body.size(),
                       .bytes_out = size_of(response),
                       .took = ended - began,
                       .person = {},
                       .client = {},
                       .address = request.client_address,
                       .trace_id = request.trace.trace_id_text(),
                       .problem = std::string{problem_in(response)},
                       .fault = {}};
  for (const auto& [name, value] : request.query) {
    if (record.parameters.size() == logged_parameters_max) break;
    record.parameters.push_back(cut(name));
  }
  return record;
}

std::unique_ptr<RateLimiter> limiter_of(runtime::Runtime& runtime,
                                        const std::optional<Quota>& quota,
                                        std::size_t callers_max) {
  return quota ? std::make_unique<RateLimiter>(runtime, *quota, callers_max) : nullptr;
}

}  // namespace

struct Gateway::Passage {
  Entry& entry;
  Request request;  // with the headers that the context is to see
  Time began;
  security::Principal who{};
  std::string_view fault{};
  telemetry::SpanId above{};  // who called us, in their trace
  http::Headers quotas{};     // to be told with whatever the answer is
};

Gateway::Gateway(runtime::Runtime& runtime, std::vector<Route> routes,
                 security::TokenVerifier& tokens, HasEnded has_ended,
                 const http::Problems& problems, telemetry::Registry& registry, Limits limits,
                 RequestLog log, http::ReportDefect report, telemetry::Spans* spans)
    : runtime_{runtime},
      tokens_{tokens},
      has_ended_{std::move(has_ended)},
      problems_{problems},
      spans_{spans},
      log_{std::move(log)},
      report_{std::move(report)},
      per_person_{limiter_of(runtime, limits.per_person, limits.callers_max)},
      per_address_{limiter_of(runtime, limits.per_address, limits.callers_max)},
      limited_people_{registry.counter("madang_gateway_limited_total",
                                       "Requests beyond a quota, by whose.",
                                       {{"whose", "person"}})},
      limited_addresses_{registry.counter("madang_gateway_limited_total",
                                          "Requests beyond a quota, by whose.",
                                          {{"whose", "address"}})},
      expired_tokens_{
          registry.counter("madang_gateway_expired_tokens_total",
                           "Requests with an access token of ours whose time is over.")},
      invalid_tokens_{registry.counter("madang_gateway_invalid_tokens_total",
                                       "Requests with an access token that is none of ours.")},
      ended_tokens_{
          registry.counter("madang_gateway_ended_tokens_total",
                           "Requests with an access token of ours whose session has ended.")} {
  demand_sound(routes);
  std::ranges::sort(routes, std::greater{}, [](const Route& route) { return route.prefix.size(); });
  for (auto& route : routes) {
    RouteMetrics metrics{runtime, registry, route.prefix};
    entries_.push_back(std::make_unique<Entry>(std::move(route), std::move(metrics)));
  }
  Route nobodys{.prefix = "",
                .handler =
                    [this](const Request& request) {
                      return problems_.answer({"not-found"}, http::preferred_language(request));
                    },
                .open_to_anyone = [](http::Method, std::string_view) { return true; }};
  entries_.push_back(
      std::make_unique<Entry>(std::move(nobodys), RouteMetrics{runtime, registry, "none"}));
}

Gateway::~Gateway() = default;

Later<Response> Gateway::handle(const Request& request) {
  auto passage = std::make_unique<Passage>(
      Passage{.entry = entry_for(request.path), .request = request, .began = runtime_.now()});
  const http::Handler through = [&](const Request&) { return answer(*passage); };
  return http::guarded(through, request, problems_, report_)
      .then([this, &request, passage = std::move(passage)](Response response) {
        for (const auto& [name, value] : passage->quotas) response.headers.add(name, value);
        write_down(*passage, request, response);
        return response;
      });
}

Gateway::Entry& Gateway::entry_for(std::string_view path) {
  for (const auto& entry : entries_) {
    if (is_below(path, entry->route.prefix)) return *entry;
  }
  return *entries_.back();
}

Later<Response> Gateway::answer(Passage& passage) {
  auto& request = passage.request;
  security::strip_principal(request.headers);
  take_up_trace(passage);
  if (passage.entry.route.whom == Route::For::people) {
    if (auto refused = admit(passage)) return *std::move(refused);
  }
  security::set_principal(request.headers, passage.who);
  return passage.entry.route.handler(request);
}

// A trace that began elsewhere is recorded when its beginner wants it; of those that begin here, as many
// as the spans choose.
void Gateway::take_up_trace(Passage& passage) {
  auto& request = passage.request;
  const auto random = [this] { return runtime_.random(); };
  const auto above =
      telemetry::TraceContext::parse(request.headers.get("traceparent").value_or(""));
  if (!request.trace.is_set())  // nobody before us has; a server does
    request.trace = above ? telemetry::child_of(*above, random) : telemetry::new_trace(random);
  if (above) passage.above = above->span_id;
  else request.trace.sampled = spans_ != nullptr && spans_->chooses(request.trace);
  request.headers.set("traceparent", request.trace.traceparent());
}

void Gateway::tell_trace(const Passage& passage, int status, Time ended) const {
  const auto& request = passage.request;
  if (spans_ == nullptr || !request.trace.sampled) return;
  const auto method = std::string{http::text_of(request.method)};
  spans_->record({.context = request.trace,
                  .parent = passage.above,
                  .kind = telemetry::SpanKind::server,
                  .service = "gateway",
                  .name = method + ' ' + passage.entry.route.prefix,
                  .began = passage.began,
                  .ended = ended,
                  .tags = {{"http.request.method", method},
                           {"http.route", passage.entry.route.prefix},
                           {"http.response.status_code", std::to_string(status)}},
                  .failed = status >= 500});
}

void Gateway::set(Limits limits) {
  per_person_ = limiter_of(runtime_, limits.per_person, limits.callers_max);
  per_address_ = limiter_of(runtime_, limits.per_address, limits.callers_max);
}

std::optional<Response> Gateway::admit(Passage& passage) {
  // Before any token is looked at: to verify one that was never seen costs a tenth of a millisecond.
  const auto within = [&](const std::shared_ptr<RateLimiter>& limiter, std::string_view name,
                          const std::string& caller,
                          telemetry::Counter& limited) -> std::optional<Response> {
    if (limiter == nullptr) return std::nullopt;
    const auto taken = limiter->take(caller);
    add_quota(passage.quotas, name, limiter->quota(), taken);
    if (taken.allowed) return std::nullopt;
    limited.add();
    auto response = refusal(passage, "too-many-requests");
    response.headers.set("Retry-After", seconds_text(taken.retry_after));
    return response;
  };
  const auto network = network_of(passage.request.client_address);
  if (auto refused = within(per_address_.load(), "address", network, limited_addresses_)) {
    return refused;
  }
  if (auto refused = identify(passage)) return refused;
  if (!passage.who.person) return std::nullopt;
  return within(per_person_.load(), "person", passage.who.person->text(), limited_people_);
}

// Missing credentials, and those of another scheme, are nobody's: whether that is enough is for the
// context to say.
std::optional<Response> Gateway::identify(Passage& passage) {
  auto& request = passage.request;
  const auto all = request.headers.all("Authorization");
  if (std::ranges::none_of(all, is_bearer)) return std::nullopt;
  const auto verified = all.size() == 1 ? tokens_.verify(token_in(all.front()))
                                        : std::unexpected{security::TokenFault::malformed};
  request.headers.remove("Authorization");  // no context needs it, so none can lose it
  if (verified && !has_ended_(**verified)) {
    passage.who = principal_of(**verified);
    return std::nullopt;
  }
  if (verified) {
    ended_tokens_.add();
    passage.fault = "session ended";
  } else {
    const bool is_ours = verified.error() == security::TokenFault::expired;
    (is_ours ? expired_tokens_ : invalid_tokens_).add();
    passage.fault = text_of(verified.error());
  }
  const auto& open = passage.entry.route.open_to_anyone;
  if (open && open(request.method, request.path)) return std::nullopt;
  auto response = refusal(passage, "token-invalid");
  response.headers.set("WWW-Authenticate", R"(Bearer realm="madang", error="invalid_token")");
  return response;
}

Response Gateway::refusal(const Passage& passage, std::string_view slug) const {
  auto response = problems_.answer({std::string{slug}}, http::preferred_language(passage.request));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

void Gateway::write_down(const Passage& passage, const Request& request, const Response& response) {
  const auto now = runtime_.now();
  passage.entry.metrics.count(response.status, now - passage.began, now);
  if (passage.entry.route.whom == Route::For::machines) return;
  tell_trace(passage, response.status, now);
  if (!log_) return;
  auto record = record_of(passage.entry.route, request, response, passage.began, now);
  record.person = passage.who.person;
  record.client = passage.who.client;
  record.trace_id = passage.request.trace.trace_id_text();
  record.fault = passage.fault;
  log_(record);
}

void Gateway::write_down_unheard(const Request& request, const Response& response, Time began) {
  const auto& route = entry_for(request.path).route;
  if (!log_ || route.whom == Route::For::machines) return;
  log_(record_of(route, request, response, began, runtime_.now()));
}

}  // namespace madang::gateway
