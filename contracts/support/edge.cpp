#include "contracts/support/edge.hpp"

#include <algorithm>
#include <mutex>
#include <set>

#include "chassis/http/target.hpp"
#include "chassis/ports/rows.hpp"
#include "chassis/security/keyed_digest.hpp"
#include "chassis/security/signed_text.hpp"
#include "contracts/generated/problems.hpp"
#include "contracts/support/position_token.hpp"
#include "kernel/check.hpp"

namespace madang::contracts {
namespace {

std::string lower(std::string_view text) {
  std::string all{text};
  for (char& c : all)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return all;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view cut(std::string_view& rest, char at) {
  const auto end = std::min(rest.find(at), rest.size());
  const auto part = trimmed(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

// A body is read as it stands: one that says it is packed is not of the type that we read.
bool is_of_type(const http::Request& request, std::string_view wanted) {
  auto content_type = request.headers.get("Content-Type").value_or("");
  return http::equal_ignoring_case(cut(content_type, ';'), wanted) &&
         http::equal_ignoring_case(request.headers.get("Content-Encoding").value_or("identity"),
                                   "identity");
}

// Whether one of the ranges in Accept takes the type and does not weigh it 0 (RFC 9110 section 12.5.1).
bool accepts(const http::Request& request, std::string_view type) {
  const auto fields = request.headers.all("Accept");
  if (fields.empty()) return true;
  const auto family = std::string{type.substr(0, type.find('/'))} + "/*";
  for (std::string_view field : fields) {
    while (!field.empty()) {
      auto parameters = cut(field, ',');
      const auto range = cut(parameters, ';');
      if (range != "*/*" && !http::equal_ignoring_case(range, family) &&
          !http::equal_ignoring_case(range, type))
        continue;
      bool refused = false;
      while (!parameters.empty()) {
        const auto parameter = lower(cut(parameters, ';'));
        refused = refused || (parameter.starts_with("q=0") &&
                              parameter.find_first_not_of("0.", 3) == std::string::npos);
      }
      if (!refused) return true;
    }
  }
  return false;
}

http::Problem role_missing(const Operation& operation) {
  std::string roles;
  for (const auto role : operation.roles) roles += (roles.empty() ? "" : ", ") + std::string{role};
  return http::Problem{"role-missing"}.with("roles", roles);
}

// What is wrong before the request is read any further.
std::optional<http::Problem> refused_at_once(const Operation& operation, const Caller& caller,
                                             const http::Request& request) {
  const auto is_theirs = [&](std::string_view role) { return caller.who.has(role); };
  if (std::ranges::none_of(operation.roles, is_theirs))
    return caller.who.person ? role_missing(operation) : http::Problem{"not-signed-in"};
  if (!operation.gives.empty() && !accepts(request, operation.gives))
    return http::Problem{"not-acceptable"};
  if (!operation.takes.empty() && !is_of_type(request, operation.takes))
    return http::Problem{"unsupported-media-type"};
  return std::nullopt;
}

}  // namespace

struct Edge::Inside {
  Inside(runtime::Runtime& on, const std::string& key, const security::RotatingKey& rotating,
         telemetry::Spans* to)
      : runtime{on},
        spans{to},
        requests{key, "http-request"},
        callers{key, "http-caller"},
        positions{rotating, "position"},
        monitor{on.monitor()} {}

  runtime::Runtime& runtime;
  telemetry::Spans* spans;
  http::Problems problems{contracts::problems()};
  security::Fingerprints requests, callers;
  security::SignedTexts positions;
  std::unique_ptr<runtime::Monitor> monitor;
  std::set<chassis::Digest128> running;  // effects that are being carried out; under the monitor
};

Edge::Edge(runtime::Runtime& runtime, const std::string& fingerprints,
           const security::RotatingKey& positions, telemetry::Spans* spans)
    : inside_{std::make_unique<Inside>(runtime, fingerprints, positions, spans)} {}
Edge::~Edge() = default;

const http::Problems& Edge::problems() const { return inside_->problems; }

http::Response Edge::refusal(const http::Problem& problem, http::Language language) const {
  auto response = inside_->problems.answer(problem, language);
  if (response.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
  if (response.status == 429 || response.status == 503) {
    const auto when =
        std::ranges::find(problem.members, "retry_after_seconds", &http::Problem::Member::name);
    response.headers.set("Retry-After", when == problem.members.end() ? "1" : when->json);
  }
  response.headers.set("Cache-Control", "no-store");
  return response;
}

namespace {

// What is thrown on the way and says what the client did; failures go on to whoever stands around.
Result<http::Response> with_problems(chassis::OrFailed<Result<http::Response>> outcome) {
  if (outcome) return *std::move(outcome);
  try {
    std::rethrow_exception(outcome.error());
  } catch (const chassis::KeyReused&) {
    return std::unexpected{http::Problem{"idempotency-key-reused"}};
  } catch (const chassis::CursorInvalid&) {
    return std::unexpected{http::Problem{"cursor-unknown"}};
  }
}

Later<http::Response> carried(const Edge::Carry& carry, Reading& reading) {
  try {
    return carry(reading);
  } catch (const std::exception&) {
    return Later<http::Response>::failed(std::current_exception());
  }
}

}  // namespace

http::Later<http::Response> Edge::answer(const Operation& operation, const http::Request& request,
                                         const Carry& carry) const {
  const auto language = http::preferred_language(request);
  Caller caller{security::principal_of(request.headers), language, request.client_address,
                request.deadline, request.trace};
  if (const auto problem = refused_at_once(operation, caller, request))
    return refusal(*problem, language);

  auto reading = std::make_unique<Reading>(*this, operation, request, std::move(caller));
  auto& in = *reading;
  return carried(carry, in).settled([this, reading = std::move(reading)](auto&& outcome) mutable {
    // It ends here, before its client can be told and ask again.
    const auto ended = std::move(reading);
    return response_to(*ended, with_problems(std::forward<decltype(outcome)>(outcome)));
  });
}

http::Response Edge::response_to(const Reading& reading, Result<http::Response> result) const {
  const auto& operation = reading.operation_;
  auto response = result ? *std::move(result) : refusal(result.error(), reading.caller_.language);
  if (result && !response.headers.has("Cache-Control"))
    response.headers.set("Cache-Control",
                         operation.cache_seconds == 0
                             ? "no-store"
                             : "public, max-age=" + std::to_string(operation.cache_seconds));
  if (reading.key_ && !reading.key_->written().empty())
    response.headers.set("Madang-Position",
                         position_token(reading.key_->written(), inside_->positions));
  return response;
}

kernel::PersonId Caller::person() const {
  if (!who.person) throw std::logic_error{"an operation for anyone asked for its person"};
  return *who.person;
}

Reading::Reading(const Edge& edge, const Operation& operation, const http::Request& request,
                 Caller caller)
    : edge_{edge},
      operation_{operation},
      request_{request},
      tracer_{edge.inside_->spans, edge.inside_->runtime, std::string{operation.context}},
      stretch_{tracer_, request.trace, telemetry::SpanKind::server, operation.name},
      caller_{std::move(caller)} {
  caller_.trace = stretch_.trace();
}

Reading::~Reading() {
  if (!running_) return;
  auto& inside = *edge_.inside_;
  inside.monitor->lock_quietly();
  inside.running.erase(*running_);
  inside.monitor->unlock();
}

std::string_view Reading::segment(std::string_view name) const {
  std::string_view in_template = operation_.path;
  std::string_view in_path = request_.path;
  while (!in_template.empty()) {
    const auto part = cut(in_template, '/');
    const auto end = std::min(in_path.find('/'), in_path.size());
    if (part.size() > 2 && part.substr(1, part.size() - 2) == name) return in_path.substr(0, end);
    in_path.remove_prefix(std::min(end + 1, in_path.size()));
  }
  throw std::logic_error{"the path has no parameter of this name"};
}

void Reading::only_queries(std::initializer_list<std::string_view> names) {
  for (const auto& [name, value] : request_.query)
    if (std::ranges::find(names, name) == names.end())
      faults_.add(Place::parameter(In::query, name), "unknown");
}

std::optional<std::string_view> Reading::the_query(std::string_view name, bool required) {
  const auto values = request_.query.all(name);
  if (values.size() == 1) return values.front();
  if (values.size() > 1) faults_.add(Place::parameter(In::query, name), "repeated");
  else if (required) faults_.add(Place::parameter(In::query, name), "missing");
  return std::nullopt;
}

std::optional<std::string_view> Reading::the_header(std::string_view name, bool required) {
  const auto values = request_.headers.all(name);
  if (values.size() == 1) return values.front();
  if (values.size() > 1) faults_.add(Place::parameter(In::header, name), "repeated");
  else if (required) faults_.add(Place::parameter(In::header, name), "missing");
  return std::nullopt;
}

std::optional<std::int64_t> Reading::if_match() {
  if (!request_.headers.has("If-Match")) {
    refuse("precondition-required");
    return std::nullopt;
  }
  return header("If-Match", Version{});
}

chassis::Positions Reading::after() {
  const auto token = the_header("Madang-Position", false);
  if (!token) return {};
  auto positions = parse_position_token(*token, edge_.inside_->positions);
  if (!positions) refuse("position-unknown");
  return positions ? std::move(*positions) : chassis::Positions{};
}

std::optional<std::string> Reading::idempotency_key() {
  static const Pattern form{R"x(^("[A-Za-z0-9._:-]{1,64}"|[A-Za-z0-9._:-]{1,64})$)x"};
  if (!request_.headers.has("Idempotency-Key")) {
    refuse("idempotency-key-missing");
    return std::nullopt;
  }
  auto key = header("Idempotency-Key", Text{.pattern = &form});
  if (key && key->starts_with('"')) key = key->substr(1, key->size() - 2);
  return key;
}

void Reading::refuse(std::string_view slug) {
  if (!problem_) problem_ = http::Problem{std::string{slug}};
}

std::unexpected<http::Problem> Reading::refused() const {
  CHECK(!sound(), "a request is refused for a reason");
  if (faults_.count() > 0) return std::unexpected{faults_.as_problem(caller_.language)};
  return std::unexpected{*problem_};
}

bool Reading::begin(std::string_view body, std::string_view keyed_by) {
  const auto key = idempotency_key();
  if (!sound()) return false;
  const auto who =
      caller_.who.person ? caller_.who.person->text() : edge_.inside_->callers.of(lower(keyed_by));
  auto asked = std::string{http::text_of(request_.method)} + '\n' + request_.path + '\n';
  // Names of streams outlive the person: what stands for an e-mail address may not be one of them.
  const auto home = caller_.who.person
                        ? caller_.who.person->text()
                        : kernel::uuid_text(chassis::digest128({operation_.name, who, *key}));
  key_ =
      chassis::RequestKey::of_request(operation_.context, who, operation_.name, *key,
                                      edge_.inside_->requests.of(asked += body), "requests/" + home,
                                      {.causation = {},
                                       .correlation = caller_.trace.trace_id_text(),
                                       .traceparent = caller_.trace.traceparent()})
          .until(std::chrono::floor<std::chrono::milliseconds>(caller_.deadline));

  const auto running = chassis::digest128({operation_.context, who, operation_.name, *key});
  const std::lock_guard section{*edge_.inside_->monitor};
  if (!edge_.inside_->running.insert(running).second) {
    refuse("request-in-progress");
    return false;
  }
  running_ = running;
  return true;
}

}  // namespace madang::contracts
