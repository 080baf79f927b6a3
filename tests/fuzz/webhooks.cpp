#include "chassis/json/json.hpp"
#include "chassis/ports/failures.hpp"
#include "chassis/security/webhook.hpp"
#include "kernel/check.hpp"
#include "payment/adapters/outbound/provider_json.hpp"
#include "tests/fuzz/machine.hpp"
#include "tests/fuzz/targets.hpp"

namespace madang::fuzz {
namespace {

using namespace std::string_literals;

struct Receiver : Machine {
  std::vector<std::string> keys{"a key", "the key before"};
  std::string body =
      R"({"id":"pi_1","payment":"8e7482a3-1e86-8459-b5aa-54d2103437f8","status":"succeeded","amount":3000,)"
      R"("currency":"KRW","created":1,"confirmations":1,"amount_refunded":0,"charged_at":1})";
  std::string signature = security::webhook_signature(keys[0], body, now());
  std::string notice = signature + "\n" + body;
};

Receiver& receiver() {
  static Receiver one;
  return one;
}

template <class Reader>
void understand(const Reader& reader) {
  try {
    static_cast<void>(reader());
  } catch (const chassis::Corrupt&) {
    return;  // it is not what a provider writes
  }
}

}  // namespace

void Webhooks::take(std::string_view input) {
  if (input.empty()) return;
  auto& it = receiver();
  const auto text =
      input[0] % 2 == 0 ? std::string{input.substr(1)} : edited(it.notice, input.substr(1));
  const auto end = std::min(text.find('\n'), text.size());
  const auto signature = std::string_view{text}.substr(0, end);
  const auto body = std::string_view{text}.substr(std::min(end + 1, text.size()));
  if (security::verify_webhook(signature, body, it.keys, it.now()))
    CHECK(body == it.body, "a changed notice is refused");

  const auto document = chassis::JsonDocument::from_outside(body);
  if (!document) return;
  understand([&] { return payment::ending_of(document->root()); });
  understand([&] { return payment::given_back(document->root()); });
  understand([&] { return payment::movement_of(document->root()); });
}

std::vector<std::string> Webhooks::seeds() {
  const auto& it = receiver();
  return {
      "\0"s + it.notice,
      "\1"s,
      "\1\2"
      "9"s,
      "\0t=1,v1=00,v0=11\n{}"s,
      "\0\n"s + R"({"id":"pi_1","payment":"a","status":"declined","decline_code":"expired_card"})",
      "\0\n"s +
          R"({"id":"re_1","payment_intent":"pi_1","status":"succeeded","amount":1,"currency":"KRW","created":1})",
      "\0\n"s +
          R"({"number":1,"kind":"refund","payment_intent":"pi_1","payment":"a","amount":1,"currency":"KRW","at":1})",
  };
}

}  // namespace madang::fuzz
