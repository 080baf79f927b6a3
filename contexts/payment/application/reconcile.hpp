#pragma once
// Two books of the same money: the provider's, which no restore turns back, and the shop's ledger. Payment by
// payment they differ for good only when one of them was turned back. Who had what then follows from the
// provider's: what it charged for nothing goes back, and what it gave back is put on record, each once.
#include "chassis/ports/commands.hpp"
#include "payment/application/ledger_book.hpp"
#include "payment/application/payments.hpp"
#include "payment/application/ports/outbound/provider.hpp"
#include <map>
#include <optional>
#include <vector>

namespace madang::payment {

// Of one payment: what is charged and not given back, in minor units, as either book has it.
struct BothBooks {
  IntentId intent;  // by the provider's book; empty: it has no line of this payment
  Money charged;
  Instant charged_at;
  std::int64_t theirs = 0, ours = 0;
};
using BooksByPayment = std::map<PaymentId, BothBooks>;
void add_up(const std::vector<Movement>&, BooksByPayment&);
void add_up(const std::vector<LedgerBook::Row>&, BooksByPayment&);

enum class Difference {
  charged_unknown,     // this shop has never heard of the payment
  held_after_all,      // it was declined or cancelled here, and charged there
  given_back_unknown,  // it stands here, and went back there
  unexplained          // the rest, for a person
};
// Nothing: the books agree, or will, since payment itself still goes on with it.
std::optional<Difference> difference_of(const BothBooks&, const PaymentNow::Result&);
// The books differ for now: the payment is unknown yet, or owed back.
bool is_under_way(const BothBooks&, const PaymentNow::Result&);

// Each step may be repeated: the provider keeps one refund to a payment, the shop one record of it.
struct SettleDifference {
  // Begun: on record, and the provider will be asked until it has answered.
  enum class Answer { settled, begun, left_to_a_person };
  PaymentId payment;
  BothBooks books;
  Difference difference;
  Instant deadline;  // of the provider's answer
};
SettleDifference::Answer settle_difference(
    const SettleDifference&, const chassis::RequestKey&,
    chassis::Gives<CancelPayment, RefundPayment, RecordCaptured, RecordRefunded>, Provider&);

}  // namespace madang::payment
