#include "payment/application/reconcile.hpp"

namespace madang::payment {
namespace {

using State = PaymentNow::State;

bool goes_on(const PaymentNow::Result& known) {
  return known && (known->state == State::pending || known->state == State::refunding);
}

}  // namespace

void add_up(const std::vector<Movement>& movements, BooksByPayment& books) {
  for (const auto& it : movements) {
    auto& both =
        books.try_emplace(it.payment, BothBooks{it.intent, it.amount, it.at}).first->second;
    if (!it.is_refund) {
      both.intent = it.intent;
      both.charged = it.amount;
      both.charged_at = it.at;
    }
    both.theirs += (it.is_refund ? -1 : 1) * it.amount.in_minor_units();
  }
}

void add_up(const std::vector<LedgerBook::Row>& rows, BooksByPayment& books) {
  for (const auto& row : rows)
    for (const auto& line : row.lines) {
      if (line.account != Account::provider_clearing) continue;
      auto& both = books.try_emplace(row.payment, BothBooks{{}, line.amount, row.at}).first->second;
      both.ours += (line.side == Side::debit ? 1 : -1) * line.amount.in_minor_units();
    }
}

bool is_under_way(const BothBooks& books, const PaymentNow::Result& known) {
  return books.theirs != books.ours && goes_on(known);
}

std::optional<Difference> difference_of(const BothBooks& books, const PaymentNow::Result& known) {
  using enum Difference;
  if (books.theirs == books.ours || goes_on(known)) return std::nullopt;
  const bool charged_in_full = books.theirs == books.charged.in_minor_units();
  if (!known) return charged_in_full ? charged_unknown : unexplained;
  if ((known->state == State::declined || known->state == State::cancelled) && charged_in_full)
    return held_after_all;
  if (known->state == State::captured && books.theirs == 0 && !books.intent.text.empty())
    return given_back_unknown;
  return unexplained;
}

SettleDifference::Answer settle_difference(
    const SettleDifference& it, const chassis::RequestKey& key,
    chassis::Gives<CancelPayment, RefundPayment, RecordCaptured, RecordRefunded> payment,
    Provider& provider) {
  using enum SettleDifference::Answer;
  const auto& [intent, charged, charged_at, theirs, ours] = it.books;
  constexpr auto why = UndoReason::operator_decided;
  switch (it.difference) {
    case Difference::charged_unknown:
      // Void from here on, or whoever paid and asks again under the same key would have a rental by it.
      payment.give(CancelPayment{it.payment, why}, key, "make void");
      [[fallthrough]];
    case Difference::held_after_all:
      if (payment.execute(RecordCaptured{it.payment, intent, charged, charged_at}, key, "charge")
              .refused())
        return left_to_a_person;
      break;
    case Difference::given_back_unknown:
      if (payment.execute(RefundPayment{it.payment, why, std::nullopt}, key, "refund").refused())
        return left_to_a_person;
      break;
    case Difference::unexplained: return left_to_a_person;
  }
  // What is owed back now the provider gives back, or tells of the refund that it made.
  const auto answer =
      provider.refund(it.payment, intent, charged, {it.deadline, key.cause().traceparent});
  const auto* back = std::get_if<GivenBack>(&answer);
  if (!back) return begun;
  const RecordRefunded record{it.payment, back->refund, back->amount, back->at};
  return payment.execute(record, key, "hear").refused() ? left_to_a_person : settled;
}

}  // namespace madang::payment
