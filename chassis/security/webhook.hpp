#pragma once
// Signatures of webhooks, in Stripe's form: whoever sends one signs the raw body and the time with a
// key that both know.
//
//   Webhook-Signature = "t=" seconds since 1970 *( ",v1=" hex of HMAC-SHA-256(key, t "." body) )
//
// Several v1 stand side by side while a key changes; parts of other names are left aside.
#include <chrono>
#include <deque>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "chassis/runtime/runtime.hpp"
#include "chassis/security/sha256.hpp"
#include "kernel/instant.hpp"

namespace madang::security {

inline constexpr std::chrono::minutes webhook_tolerance{5};

enum class WebhookFault { malformed, wrong_signature, too_old, too_new };

std::string webhook_signature(std::string_view key, std::string_view raw_body, kernel::Instant at);

// The time at which it was signed; right under any of the keys, and within the tolerance of now.
std::expected<kernel::Instant, WebhookFault> verify_webhook(
    std::string_view signature, std::string_view raw_body, std::span<const std::string> keys,
    kernel::Instant now, std::chrono::milliseconds tolerance = webhook_tolerance);

// Refuses what was received before, within a window. Give it the whole signature to stop a recorded
// request that somebody sends again; a sender's own second try is signed anew and passes. A restart
// forgets, so what must not happen twice must also derive its command id from the event. Any thread.
class ReplayMemory {
 public:
  // Twice the tolerance is long enough: by then the signature is too old by itself.
  ReplayMemory(runtime::Runtime&, std::chrono::milliseconds window, std::size_t remembered_max);

  // False when it was seen within the window. Throws Unavailable when as many are remembered as may
  // be: to forget one early would let it in again.
  [[nodiscard]] bool is_first(std::string_view what);
  // It was received but not taken in (an answer of 5xx): it may come again.
  void forget(std::string_view what);

 private:
  struct Seen {
    Digest256 digest;
    std::uint64_t number;
    runtime::Time until;
  };
  struct FirstBytes {
    std::size_t operator()(const Digest256&) const noexcept;
  };
  runtime::Runtime& runtime_;
  std::chrono::milliseconds window_;
  std::size_t remembered_max_;
  std::unique_ptr<runtime::Monitor> monitor_;
  std::deque<Seen> order_;
  std::unordered_map<Digest256, std::uint64_t, FirstBytes> numbers_;
  std::uint64_t next_number_ = 0;
};

}  // namespace madang::security
