#pragma once
// The test cards of the sandbox: a token says how its charge goes, and nothing else about a person.
//
//   tok_accepted                  charged, answered and announced at once
//   tok_declined                  declined; also tok_insufficient_funds, tok_expired
//   tok_charged_after_declined    declined, and charged all the same, after `landing`
//   tok_slow                      charged and answered after `slow`
//   tok_charged_no_answer         charged at once, never answered (503 after `silent`), never announced
//   tok_charged_after_not_found   never answered; not to be found until it is charged, after `landing`
//   tok_unavailable               503 to everything
//   tok_webhook_late              announced after `late`
//   tok_webhook_twice             announced twice, with one event id
//   tok_webhook_before_answer     announced at once, answered after `slow`
//   tok_webhook_never             never announced
//   tok_refund_no_answer          charged as tok_accepted; its refund is made, but never answered the first time
//
// Any other token is refused when the intent is created.
#include <chrono>
#include <optional>
#include <string_view>

namespace madang::sandbox {

using Span = std::chrono::milliseconds;

struct Pace {
  Span slow{2'000};
  Span silent{3'000};
  Span landing{5'000};
  Span late{30'000};
};

struct Card {
  std::string_view token;
  std::string_view decline_code = {};  // empty: it will be charged
  bool unavailable = false;
  Span charged_after{};   // from the confirmation on; when declined and not nothing, all the same
  Span answered_after{};  // likewise
  bool answered = true;
  bool found_before_charged = true;
  int announcements = 1;  // webhooks of one event
  Span announced_after{};
  bool refund_answered = true;
};

std::optional<Card> card_of(std::string_view token, const Pace&);

}  // namespace madang::sandbox
