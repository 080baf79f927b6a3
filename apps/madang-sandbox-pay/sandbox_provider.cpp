#include "apps/madang-sandbox-pay/sandbox_provider.hpp"

#include "chassis/json/json.hpp"
#include "chassis/security/sha256.hpp"
#include <algorithm>
#include <array>
#include <charconv>

namespace madang::sandbox {
namespace {

using namespace std::chrono_literals;
using chassis::JsonDocument, chassis::JsonWriter;
using http::Method, http::Request, http::Response;

constexpr std::string_view intents_path = "/v1/payment_intents";
constexpr std::int64_t page_max = 1000;

struct Error {
  int status;
  std::string_view type, code, message;
  std::string_view decline_code = {};
  const Intent* intent = nullptr;
};

Response answer(const Error& error) {
  std::string json;
  JsonWriter to{json};
  to.begin_object();
  to.member("error");
  to.begin_object();
  to.text("type", error.type);
  to.text("code", error.code);
  to.text("message", error.message);
  if (!error.decline_code.empty()) to.text("decline_code", error.decline_code);
  if (error.intent) to.raw("payment_intent", json_of(*error.intent));
  to.end_object();
  to.end_object();
  return http::json_response(error.status, std::move(json));
}

Response malformed(std::string_view what) {
  return answer({400, "invalid_request_error", "parameter_invalid", what});
}
Response not_there() {
  return answer({404, "invalid_request_error", "resource_missing", "There is no such thing."});
}
Response unavailable() { return answer({503, "api_error", "unavailable", "Try again later."}); }
Response key_missing() {
  return answer(
      {400, "idempotency_error", "idempotency_key_missing", "This needs an Idempotency-Key."});
}
Response key_reused() {
  return answer({422, "idempotency_error", "idempotency_key_in_use",
                 "This Idempotency-Key was used for another request."});
}
Response unexpected_state(const Intent& intent) {
  return answer({400,
                 "invalid_request_error",
                 "payment_intent_unexpected_state",
                 "That cannot be done with the intent as it stands.",
                 {},
                 &intent});
}

std::string fingerprint_of(const Request& request) {
  return security::hex(security::as_text(security::sha256(request.path + "\n" + request.body)));
}

std::optional<Money> money_in(const chassis::JsonView& body) {
  const auto currency = kernel::Currency::parse(body["currency"].text());
  const auto amount = body["amount"].integer();
  if (!currency || amount <= 0) return std::nullopt;
  return Money::minor_units(amount, *currency);
}

std::int64_t number_in(const http::Query& query, std::string_view name, std::int64_t otherwise) {
  const auto text = query.get(name);
  std::int64_t number = 0;
  if (!text) return otherwise;
  const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), number);
  return fault == std::errc{} && end == text->data() + text->size() && number >= 0 ? number
                                                                                   : otherwise;
}

bool hidden(const Intent& intent, const Card& card) {
  return !card.found_before_charged && intent.status == Status::processing;
}

template <class Item>
std::string json_list(const std::vector<Item>& items) {
  std::string json = "[";
  for (const auto& item : items) json += (json.size() > 1 ? "," : "") + json_of(item);
  return json + "]";
}

}  // namespace

SandboxProvider::SandboxProvider(runtime::Runtime& runtime, const std::string& database_path,
                                 Pace pace)
    : runtime_{runtime},
      pace_{pace},
      books_lock_{runtime},
      books_{(storage::make_wal_durable(database_path), database_path)},
      news_{runtime} {}

Instant SandboxProvider::now() {
  return std::chrono::floor<std::chrono::milliseconds>(runtime_.now());
}

std::string SandboxProvider::fresh_id(std::string_view prefix) {
  std::array<std::uint8_t, 12> bytes{};
  runtime_.fill_random(std::as_writable_bytes(std::span{bytes}));
  return std::string{prefix} + security::hex(security::as_text(bytes));
}

Response SandboxProvider::handle(const Request& request) {
  try {
    return routed(request);
  } catch (const chassis::Corrupt&) {  // of a body: a member is missing, or of another type
    return malformed("The body is not what this takes.");
  } catch (const Books::KeyReused&) {
    return key_reused();
  }
}

Response SandboxProvider::routed(const Request& request) {
  const std::string_view path = request.path;
  const bool posts = request.method == Method::post;
  if (path == intents_path) return posts ? create(request) : of_payment(request);
  if (path == "/v1/refunds" && posts) return refund(request);
  if (path == "/v1/books" && !posts) return books(request);
  if (!path.starts_with(intents_path) || path[intents_path.size()] != '/') return not_there();
  const auto rest = path.substr(intents_path.size() + 1);
  const auto slash = rest.find('/');
  if (posts == (slash == rest.npos)) return not_there();
  return on_intent(std::string{rest.substr(0, slash)},
                   posts ? rest.substr(slash + 1) : std::string_view{}, request.deadline);
}

Response SandboxProvider::create(const Request& request) {
  const auto key = request.headers.get("Idempotency-Key");
  if (!key) return key_missing();
  const auto document = JsonDocument::from_outside(request.body);
  if (!document) return malformed("The body is not JSON.");
  const auto body = document->root();
  const auto amount = money_in(body);
  const auto card = card_of(body["card"].text(), pace_);
  if (!amount) return malformed("The amount must be a positive whole number of a currency.");
  if (!card) return answer({400, "card_error", "token_unknown", "There is no such card token."});
  if (card->unavailable) return unavailable();
  return with_books([&](Books& books) {
    const auto fingerprint = fingerprint_of(request);
    if (const auto before = books.answered(std::string{*key}, fingerprint))
      return http::json_response(static_cast<int>(before->status), before->body);
    const Intent intent{.id = fresh_id("pi_"),
                        .payment = std::string{body["payment"].text()},
                        .card = std::string{card->token},
                        .amount = *amount,
                        .status = Status::requires_confirmation,
                        .decline_code = {},
                        .created = now(),
                        .confirmations = 0,
                        .charged_at = {},
                        .refunded = Money::minor_units(0, amount->currency())};
    books.create(intent, std::string{*key}, fingerprint, {200, json_of(intent)});
    return http::json_response(200, json_of(intent));
  });
}

Response SandboxProvider::of_payment(const Request& request) {
  const auto payment = request.query.get("payment");
  if (!payment) return malformed("Name the payment: ?payment=ID.");
  auto intents = with_books([&](Books& books) { return books.of_payment(std::string{*payment}); });
  std::erase_if(intents, [&](const Intent& it) { return hidden(it, *card_of(it.card, pace_)); });
  return http::json_response(200, R"({"data":)" + json_list(intents) + "}");
}

Response SandboxProvider::on_intent(const std::string& id, std::string_view action,
                                    runtime::Time deadline) {
  const auto intent = with_books([&](Books& books) { return books.find(id); });
  if (!intent) return not_there();
  const auto card = *card_of(intent->card, pace_);
  if (hidden(*intent, card)) return not_there();
  if (action == "confirm") return confirm(*intent, card, deadline);
  if (action == "cancel") {
    const auto after = with_books([&](Books& books) { return books.cancel(id, card, now()); });
    news_.raise();
    if (after.status != Status::canceled) return unexpected_state(after);
    return http::json_response(200, json_of(after));
  }
  if (!action.empty()) return not_there();
  return http::json_response(200, json_of(*intent));
}

Response SandboxProvider::confirm(const Intent& intent, const Card& card, runtime::Time deadline) {
  const auto confirmed =
      with_books([&](Books& books) { return books.confirm(intent.id, card, now()); });
  news_.raise();
  if (confirmed.confirmations > 1 || confirmed.status == Status::canceled)
    return unexpected_state(confirmed);
  if (card.answered_after != Span{})
    runtime_.sleep_until(std::min(runtime_.now() + card.answered_after, deadline));
  if (!card.answered) return unavailable();
  const auto after = with_books([&](Books& books) { return *books.find(intent.id); });
  if (after.status == Status::declined)
    return answer(
        {402, "card_error", "card_declined", "The card was declined.", after.decline_code, &after});
  return http::json_response(200, json_of(after));
}

Response SandboxProvider::refund(const Request& request) {
  const auto key = request.headers.get("Idempotency-Key");
  if (!key) return key_missing();
  const auto document = JsonDocument::from_outside(request.body);
  if (!document) return malformed("The body is not JSON.");
  const auto body = document->root();
  const auto amount = money_in(body);
  if (!amount) return malformed("The amount must be a positive whole number of a currency.");
  bool answered_before = false;
  bool answers = true;
  auto response = with_books([&](Books& books) {
    const auto fingerprint = fingerprint_of(request);
    if (const auto before = books.answered(std::string{*key}, fingerprint)) {
      answered_before = true;
      return http::json_response(static_cast<int>(before->status), before->body);
    }
    const auto intent = books.find(std::string{body["payment_intent"].text()});
    if (!intent) return not_there();
    if (intent->status != Status::succeeded || intent->amount.currency() != amount->currency() ||
        intent->refunded + *amount > intent->amount)
      return answer({400,
                     "invalid_request_error",
                     "charge_not_refundable",
                     "There is not that much to give back.",
                     {},
                     &*intent});
    const auto card = *card_of(intent->card, pace_);
    answers = card.refund_answered;
    const Refund refund{fresh_id("re_"), intent->id, intent->payment, *amount, now()};
    books.refund(refund, card, std::string{*key}, fingerprint, {200, json_of(refund)});
    return http::json_response(200, json_of(refund));
  });
  news_.raise();
  if (!answers && !answered_before) return unavailable();
  return response;
}

Response SandboxProvider::books(const Request& request) {
  const auto after = number_in(request.query, "after", 0);
  const auto limit = std::clamp<std::int64_t>(number_in(request.query, "limit", 100), 1, page_max);
  auto movements = with_books([&](Books& books) { return books.movements(after, limit + 1); });
  const bool has_more = std::ssize(movements) > limit;
  if (has_more) movements.pop_back();
  return http::json_response(200, R"({"data":)" + json_list(movements) + R"(,"has_more":)" +
                                      (has_more ? "true" : "false") + "}");
}

}  // namespace madang::sandbox
