#include "payment/adapters/outbound/http_provider.hpp"

#include "chassis/http/target.hpp"
#include "chassis/ports/failures.hpp"
#include "payment/adapters/outbound/provider_json.hpp"

namespace madang::payment {
namespace {

using chassis::JsonDocument, chassis::JsonView, chassis::JsonWriter;
using http::Method;

const std::string intents = "/v1/payment_intents";

std::string path_of(const IntentId& intent, const char* action = "") {
  return intents + "/" + http::percent_encoded(intent.text) + action;
}

void write_money(JsonWriter& to, Money money) {
  to.integer("amount", money.in_minor_units());
  to.text("currency", money.currency().text());
}

http::Request request_of(Method method, const std::string& target, const Asking& asking,
                         std::string body = {}, const std::string& idempotency_key = {}) {
  http::Headers headers;
  if (!body.empty()) headers.set("Content-Type", "application/json");
  if (!idempotency_key.empty()) headers.set("Idempotency-Key", idempotency_key);
  auto request = http::request_of(method, target, std::move(headers), std::move(body));
  request.deadline = asking.deadline;
  request.trace = telemetry::TraceContext::of(asking.traceparent);
  return request;
}

// What `understand` makes of the answer and its JSON; `otherwise` when there was no answer, or none
// that one can understand.
template <class Result, class Understand>
Result ask(const http::Calls& calls, const http::Request& request, Result otherwise,
           Understand&& understand) {
  try {
    const auto answer = calls(request);
    const auto document = JsonDocument::from_outside(answer.text());
    if (!document) return otherwise;
    return understand(answer.status, document->root());
  } catch (const chassis::Unavailable&) {
    return otherwise;
  } catch (const chassis::Corrupt&) {
    return otherwise;
  }
}

// An intent as asked for, or as an error shows it (declined, or not in a state for that).
Ending ending_in(int status, JsonView root) {
  if (status == 200) return ending_of(root);
  const auto error = root.find("error");
  const auto intent = error ? error->find("payment_intent") : std::nullopt;
  return intent ? ending_of(*intent) : Unknown{};
}

IntentCreated created_for(const PaymentId& payment, JsonView intent) {
  if (intent["payment"].text() != payment.text())
    throw chassis::Corrupt{"the provider answers for another payment"};
  return {{std::string{intent["id"].text()}}};
}

}  // namespace

std::variant<IntentCreated, NotCharged, Unknown> HttpProvider::create_intent(
    const PaymentId& payment, Money amount, const CardToken& card, const Asking& asking) {
  using Answer = std::variant<IntentCreated, NotCharged, Unknown>;
  std::string body;
  JsonWriter to{body};
  to.begin_object();
  to.text("payment", payment.text());
  write_money(to, amount);
  to.text("card", card.text);
  to.end_object();
  bool asked_before = false;
  const auto answer =
      ask(calls_, request_of(Method::post, intents, asking, body, "create-" + payment.text()),
          Answer{Unknown{}}, [&](int status, JsonView root) -> Answer {
            if (status == 200) return created_for(payment, root);
            asked_before = status == 422;
            const bool of_the_card = status < 500 && root["error"]["type"].text() == "card_error";
            if (of_the_card) return NotCharged{DeclineReason::card_declined};
            return Unknown{};
          });
  if (!asked_before) return answer;
  // With another card: the intent that is there keeps the card it was made with.
  return ask(calls_, request_of(Method::get, intents + "?payment=" + payment.text(), asking),
             Answer{Unknown{}}, [&](int status, JsonView root) -> Answer {
               if (status != 200 || root["data"].size() == 0) return Unknown{};
               return created_for(payment, root["data"].at(0));
             });
}

Ending HttpProvider::confirm(const IntentId& intent, const Asking& asking) {
  return ask(calls_, request_of(Method::post, path_of(intent, "/confirm"), asking),
             Ending{Unknown{}}, ending_in);
}

Ending HttpProvider::look_up(const IntentId& intent, const Asking& asking) {
  return ask(calls_, request_of(Method::get, path_of(intent), asking), Ending{Unknown{}},
             ending_in);
}

Ending HttpProvider::cancel(const IntentId& intent, const Asking& asking) {
  return ask(calls_, request_of(Method::post, path_of(intent, "/cancel"), asking),
             Ending{Unknown{}}, ending_in);
}

std::variant<GivenBack, Unknown> HttpProvider::refund(const PaymentId& payment,
                                                      const IntentId& intent, Money amount,
                                                      const Asking& asking) {
  using Answer = std::variant<GivenBack, Unknown>;
  std::string body;
  JsonWriter to{body};
  to.begin_object();
  to.text("payment_intent", intent.text);
  write_money(to, amount);
  to.end_object();
  return ask(calls_,
             request_of(Method::post, "/v1/refunds", asking, body, "refund-" + payment.text()),
             Answer{Unknown{}}, [](int status, JsonView root) -> Answer {
               if (status != 200) return Unknown{};
               return given_back(root);
             });
}

std::optional<Notice> HttpProvider::read_notice(std::string_view bytes) const {
  const auto document = JsonDocument::from_outside(bytes);
  if (!document) return std::nullopt;
  try {
    const auto root = document->root();
    const auto intent = root["intent"];
    const auto payment = PaymentId::parse(intent["payment"].text());
    if (!payment) return std::nullopt;
    Notice notice{std::string{root["id"].text()}, *payment, Unknown{}};
    if (root["type"].text() == "charge.refunded") notice.said = given_back(root["refund"]);
    else std::visit([&](const auto& it) { notice.said = it; }, ending_of(intent));
    return notice;
  } catch (const chassis::Corrupt&) {
    return std::nullopt;
  }
}

std::optional<std::vector<Movement>> HttpProvider::movements(std::int64_t after, std::int64_t limit,
                                                             const Asking& asking) {
  using Answer = std::optional<std::vector<Movement>>;
  const auto target =
      "/v1/books?after=" + std::to_string(after) + "&limit=" + std::to_string(limit);
  return ask(calls_, request_of(Method::get, target, asking), Answer{},
             [](int status, JsonView root) -> Answer {
               if (status != 200) return std::nullopt;
               std::vector<Movement> found;
               const auto data = root["data"];
               for (std::size_t i = 0; i < data.size(); ++i)
                 found.push_back(movement_of(data.at(i)));
               return found;
             });
}

}  // namespace madang::payment
