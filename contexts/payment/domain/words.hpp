#pragma once
// The words of payment: what it names, and every reason for which it may say no.
#include "kernel/aggregate.hpp"
#include "kernel/decision.hpp"
#include "kernel/ids.hpp"
#include "kernel/money.hpp"
#include <compare>
#include <concepts>
#include <string>

namespace madang::payment {

using kernel::AnyOf, kernel::Instant, kernel::Money, kernel::OneOf, kernel::PaymentId,
    kernel::PersonId, kernel::Then, kernel::then;

// The provider's own names for things, opaque to us.
struct IntentId {
  std::string text;
  friend auto operator<=>(const IntentId&, const IntentId&) = default;
};
struct RefundId {
  std::string text;
  friend auto operator<=>(const RefundId&, const RefundId&) = default;
};

// What the money is for: which part of the shop has earned it.
enum class Purpose { rental, order, counseling };

// Why the provider did not charge, as far as the payer may know. Too late: we no longer asked.
enum class DeclineReason { card_declined, insufficient_funds, card_expired, too_late };

// Voided: the provider gave up what was under way. Never charged: nothing was.
enum class CancelledHow { voided, refunded, never_charged };

// Why a payment is cancelled or refunded; kept for the books.
enum class UndoReason { customer_cancelled, too_late, out_of_stock, operator_decided };

// A case of a match that several alternatives share.
template <class T, class... These>
concept Either = (std::same_as<T, These> || ...);

namespace because {
struct amount_not_positive {};
struct pay_by_passed {
  Instant pay_by;
};
struct terms_differ {};  // the same payment was asked for before, with other terms
struct payment_unknown {};
struct payment_pending {
  IntentId intent;
};
struct already_captured {
  Money amount;
  Instant captured_at;
};
struct payment_declined {
  DeclineReason reason;
};
struct payment_cancelled {
  CancelledHow how;
};
struct amount_differs {  // the provider moved another amount than was asked
  Money asked, moved;
};
struct another_intent {  // charged under an intent that is not this payment's
  IntentId known;
};
struct nothing_to_refund {};
}  // namespace because

}  // namespace madang::payment
