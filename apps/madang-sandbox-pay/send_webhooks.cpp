#include "apps/madang-sandbox-pay/sandbox_provider.hpp"
#include "chassis/security/webhook.hpp"

namespace madang::sandbox {

using namespace std::chrono_literals;
using http::Method;

namespace {

// 1 s, 2 s, 4 s … at most 10 minutes.
Span wait_after(std::int64_t attempts) {
  return std::min<Span>(1s * (std::int64_t{1} << std::min<std::int64_t>(attempts, 10)), 10min);
}

bool delivered(const http::Calls& shop, const std::string& target, const std::string& secret,
               Instant now, const std::string& body) {
  try {
    auto request =
        http::request_of(Method::post, target,
                         {{"Content-Type", "application/json"},
                          {"Webhook-Signature", security::webhook_signature(secret, body, now)}},
                         body);
    const auto status = shop(request).status;
    return status >= 200 && status < 300;
  } catch (const std::exception&) {
    return false;  // nobody there, or nobody who can take it now
  }
}

}  // namespace

void SandboxProvider::tidy(Books& books) {
  try {
    books.tidy();
  } catch (const storage::SyncFailed& failure) {
    runtime_.stop_process(failure.what());
  }
}

void SandboxProvider::send_webhooks(const std::string& target, const std::string& secret,
                                    const http::Calls& shop) {
  std::uint64_t seen = 0;
  while (true) {
    const auto due = with_books([&](Books& books) { return books.webhooks_due(now()); });
    for (const auto& webhook : due) {
      const bool arrived = delivered(shop, target, secret, now(), webhook.body);
      with_books([&](Books& books) {
        if (arrived) books.webhook_delivered(webhook.number);
        else books.webhook_failed(webhook.number, now() + wait_after(webhook.attempts));
      });
    }
    if (!due.empty()) continue;
    const auto next = with_books([&](Books& books) {
      tidy(books);
      return books.next_due();
    });
    seen = news_.wait_beyond(seen, next ? runtime::Time{*next} : runtime::never);
  }
}

}  // namespace madang::sandbox
