#pragma once
// A provider in memory that answers as a test says, and remembers whether it was told to charge twice.
#include "payment/application/ports/outbound/provider.hpp"
#include <functional>
#include <map>

namespace madang::payment {

class MemoryProvider final : public Provider {
 public:
  explicit MemoryProvider(std::function<Instant()> now) : now_{std::move(now)} {}

  // What goes wrong, from now on.
  bool away = false;           // nothing arrives
  bool answers_lost = false;   // everything arrives, no answer does
  bool hides_charges = false;  // a look-up does not find what is charged
  std::optional<DeclineReason> declines;
  std::function<void()> while_creating = [] {};
  std::function<void(const IntentId&)> while_confirming = [](const IntentId&) {};

  [[nodiscard]] int confirmations() const { return confirmations_; }
  [[nodiscard]] std::int64_t held() const {  // charged and not given back
    std::int64_t sum = 0;
    for (const auto& it : movements_) sum += (it.is_refund ? -1 : 1) * it.amount.in_minor_units();
    return sum;
  }
  [[nodiscard]] std::size_t count() const { return movements_.size(); }

  std::variant<IntentCreated, NotCharged, Unknown> create_intent(const PaymentId& payment,
                                                                 Money amount,
                                                                 const CardToken& card,
                                                                 const Asking&) override {
    while_creating();
    if (away) return Unknown{};
    if (!card.text.starts_with("tok_")) return NotCharged{DeclineReason::card_declined};
    const IntentId id{"pi_" + payment.text()};
    intents_.emplace(id, Intent{amount, card, Unknown{}, std::nullopt});
    if (answers_lost) return Unknown{};
    return IntentCreated{id};
  }
  Ending confirm(const IntentId& id, const Asking&) override {
    const auto found = intents_.find(id);
    if (away || found == intents_.end()) return Unknown{};
    ++confirmations_;
    auto& intent = found->second;
    if (std::holds_alternative<Unknown>(intent.ending)) {
      const auto declined = declines ? declines
                            : intent.card.text == "tok_declined"
                                ? std::optional{DeclineReason::card_declined}
                                : std::nullopt;
      if (declined) intent.ending = NotCharged{*declined};
      else charge(id, intent);
      while_confirming(id);
    }
    if (answers_lost) return Unknown{};
    return intent.ending;
  }
  Ending look_up(const IntentId& id, const Asking&) override {
    const auto found = intents_.find(id);
    if (away || answers_lost || hides_charges || found == intents_.end()) return Unknown{};
    return found->second.ending;
  }
  Ending cancel(const IntentId& id, const Asking&) override {
    const auto found = intents_.find(id);
    if (away || hides_charges || found == intents_.end()) return Unknown{};
    auto& ending = found->second.ending;
    if (std::holds_alternative<Unknown>(ending)) ending = Voided{};
    if (answers_lost) return Unknown{};
    return ending;
  }
  std::variant<GivenBack, Unknown> refund(const PaymentId& payment, const IntentId& id,
                                          Money amount, const Asking&) override {
    const auto found = intents_.find(id);
    if (away || found == intents_.end()) return Unknown{};
    auto& intent = found->second;
    if (!std::holds_alternative<Charged>(intent.ending)) return Unknown{};
    if (!intent.returned) {
      intent.returned = GivenBack{{"re_" + payment.text()}, amount, now_()};
      note(true, id, amount);
    }
    if (answers_lost) return Unknown{};
    return *intent.returned;
  }
  // A notice of what became of an intent, as `take` reads it again.
  [[nodiscard]] std::string notice_of(const PaymentId& payment) const { return payment.text(); }
  [[nodiscard]] std::optional<Notice> read_notice(std::string_view bytes) const override {
    const auto payment = PaymentId::parse(bytes);
    if (!payment) return std::nullopt;
    const auto found = intents_.find({"pi_" + payment->text()});
    if (found == intents_.end()) return std::nullopt;
    Notice notice{std::string{bytes}, *payment, Unknown{}};
    std::visit([&](const auto& it) { notice.said = it; }, found->second.ending);
    if (found->second.returned) notice.said = *found->second.returned;
    return notice;
  }
  std::optional<std::vector<Movement>> movements(std::int64_t after, std::int64_t limit,
                                                 const Asking&) override {
    if (away) return std::nullopt;
    std::vector<Movement> found;
    for (const auto& it : movements_)
      if (it.number > after && std::ssize(found) < limit) found.push_back(it);
    return found;
  }

 private:
  struct Intent {
    Money amount;
    CardToken card;
    Ending ending;  // unknown: not confirmed
    std::optional<GivenBack> returned;
  };
  void charge(const IntentId& id, Intent& intent) {
    intent.ending = Charged{id, intent.amount, now_()};
    note(false, id, intent.amount);
  }
  void note(bool is_refund, const IntentId& id, Money amount) {
    const auto payment =
        *PaymentId::parse(std::string_view{id.text}.substr(3));  // of "pi_<payment>"
    movements_.push_back({std::ssize(movements_) + 1, is_refund, payment, id, amount, now_()});
  }

  std::function<Instant()> now_;
  std::map<IntentId, Intent> intents_;
  std::vector<Movement> movements_;
  int confirmations_ = 0;
};

}  // namespace madang::payment
