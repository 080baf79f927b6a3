#include "apps/madang-sandbox-pay/cards.hpp"

#include <array>

namespace madang::sandbox {

std::optional<Card> card_of(std::string_view token, const Pace& pace) {
  const std::array cards{
      Card{.token = "tok_accepted"},
      Card{.token = "tok_declined", .decline_code = "card_declined"},
      Card{.token = "tok_insufficient_funds", .decline_code = "insufficient_funds"},
      Card{.token = "tok_expired", .decline_code = "expired_card"},
      Card{.token = "tok_charged_after_declined",
           .decline_code = "card_declined",
           .charged_after = pace.landing},
      Card{.token = "tok_slow", .charged_after = pace.slow, .answered_after = pace.slow},
      Card{.token = "tok_charged_no_answer",
           .answered_after = pace.silent,
           .answered = false,
           .announcements = 0},
      Card{.token = "tok_charged_after_not_found",
           .charged_after = pace.landing,
           .answered_after = pace.silent,
           .answered = false,
           .found_before_charged = false,
           .announcements = 0},
      Card{.token = "tok_unavailable", .unavailable = true},
      Card{.token = "tok_webhook_late", .announced_after = pace.late},
      Card{.token = "tok_webhook_twice", .announcements = 2},
      Card{.token = "tok_webhook_before_answer", .answered_after = pace.slow},
      Card{.token = "tok_webhook_never", .announcements = 0},
      Card{.token = "tok_refund_no_answer", .refund_answered = false},
  };
  for (const auto& card : cards)
    if (card.token == token) return card;
  return std::nullopt;
}

}  // namespace madang::sandbox
