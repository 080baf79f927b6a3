// The shop's ledger beside the provider's books. Each payment that differs is named, and settled when that is
// asked for. Both books move while they are read, so a payment differs only when it does so twice running.
#include "payment/application/reconcile.hpp"

#include "apps/madang/control/desk.hpp"
#include "apps/madang/control/exits.hpp"
#include "apps/madang/control/restored.hpp"
#include "chassis/json/json.hpp"
#include "payment/adapters/inbound/fresh_key.hpp"

namespace madang::app {
namespace {

using payment::BooksByPayment, payment::BothBooks, payment::Difference, payment::PaymentId;
using Settled = payment::SettleDifference::Answer;

constexpr std::size_t page_max = 1000;
constexpr auto answer_within = std::chrono::seconds{10};

const char* words_of(Difference it) {
  switch (it) {
    case Difference::charged_unknown: return "was charged, and this shop knows nothing of it";
    case Difference::held_after_all: return "was charged, and it ended unpaid here";
    case Difference::given_back_unknown: return "was given back, and here it counts as paid";
    case Difference::unexplained: break;
  }
  return "differs in a way that a person must look into";
}

const char* words_of(Settled it) {
  switch (it) {
    case Settled::settled: return "settled";
    case Settled::begun: return "the provider is asked until it has answered";
    case Settled::left_to_a_person: break;
  }
  return "left as it is";
}

struct Found {
  PaymentId payment;
  BothBooks books;
  Difference difference;
};

class Reconciling {
 public:
  Reconciling(runtime::Runtime& runtime, chassis::Commands& commands, payment::Provider& provider)
      : runtime_{runtime}, payments_{commands}, provider_{provider} {}

  std::size_t payments = 0, under_way = 0;

  std::vector<Found> differences() {
    auto found = look();
    if (found.empty()) return found;
    const auto again = look();
    std::erase_if(found, [&](const Found& it) {
      return std::ranges::none_of(again, [&](const Found& other) {
        return other.payment == it.payment && other.difference == it.difference &&
               other.books.theirs == it.books.theirs && other.books.ours == it.books.ours;
      });
    });
    return found;
  }
  Settled settle(const Found& it) {
    return payment::settle_difference({it.payment, it.books, it.difference, deadline()},
                                      payment::fresh_key(runtime_, "reconcile", it.payment),
                                      payments_, provider_);
  }

 private:
  [[nodiscard]] kernel::Instant deadline() const {
    return std::chrono::floor<std::chrono::milliseconds>(runtime_.now() + answer_within);
  }
  std::vector<Found> look() {
    const auto both = read();
    payments = both.size();
    under_way = 0;
    std::vector<Found> found;
    for (const auto& [payment, books] : both) {
      if (books.theirs == books.ours) continue;
      const auto known = payments_.ask(payment::PaymentNow{payment}, payments_.head());
      under_way += payment::is_under_way(books, known);
      if (const auto difference = payment::difference_of(books, known))
        found.push_back({payment, books, *difference});
    }
    return found;
  }
  BooksByPayment read() {
    BooksByPayment both;
    for (std::int64_t after = 0;;) {
      const auto page = provider_.movements(after, static_cast<std::int64_t>(page_max), deadline());
      if (!page) throw Cannot{"the payment provider does not show its books; ask again later"};
      payment::add_up(*page, both);
      if (page->size() < page_max) break;
      after = page->back().number;
    }
    for (chassis::PageRequest next{page_max, std::nullopt};;) {
      const auto page = payments_.ask(payment::LedgerPage{std::nullopt, next}, payments_.head());
      payment::add_up(page.rows, both);
      if (!page.next) return both;
      next.after = page.next;
    }
  }

  runtime::Runtime& runtime_;
  chassis::Commands& payments_;
  payment::Provider& provider_;
};

std::string line_of(const Found& it, std::string_view settled) {
  const auto& [intent, charged, at, theirs, ours] = it.books;
  return it.payment.text() + ": " + words_of(it.difference) + " (" +
         std::string{charged.currency().text()} + ' ' + std::to_string(theirs) +
         " at the provider, " + std::to_string(ours) + " in the ledger)" +
         (settled.empty() ? "" : "; ") + std::string{settled};
}

std::string json_of(const Found& it, std::string_view settled) {
  std::string json;
  chassis::JsonWriter to{json};
  to.begin_object();
  to.text("payment", it.payment.text());
  to.text("difference", words_of(it.difference));
  to.text("currency", it.books.charged.currency().text());
  to.integer("provider", it.books.theirs);
  to.integer("ledger", it.books.ours);
  to.text("settled", settled);
  to.end_object();
  return json;
}

std::string summary(const Reconciling& of, std::size_t open) {
  auto text =
      open == 0 ? "the books agree: " + std::to_string(of.payments) + " payments"
                : std::to_string(open) + " of " + std::to_string(of.payments) + " payments differ";
  if (of.under_way > 0) text += "; " + std::to_string(of.under_way) + " under way, ask again";
  return text + '\n';
}

}  // namespace

Said Desk::reconcile(const Question& asked, const std::string& who) {
  if (asked.settle && asked.why.empty())
    throw NotUnderstood{"say why it is settled: --reason TEXT"};
  if (!provider_) throw Cannot{"the payment provider is not known here"};
  auto& payments = engine("payment");
  Reconciling reconciling{runtime_, payments, *provider_};
  Said said;
  std::size_t open = 0;
  for (const auto& it : reconciling.differences()) {
    auto settled = Settled::left_to_a_person;
    if (asked.settle) {
      const auto act = act_of(asked, who, "settled", line_of(it, {}), json_of(it, {}));
      if (!payments.note_act(act)) throw Cannot{"the journal took no write; nothing was settled"};
      settled = reconciling.settle(it);
    }
    open += settled != Settled::settled;
    const auto told = asked.settle ? words_of(settled) : "";
    said.out += (asked.json ? json_of(it, told) : line_of(it, told)) + '\n';
  }
  if (open == 0 && is_unreconciled(payments.read_journal()->acts()) &&
      !payments.note_act(act_of(asked, who, std::string{was_reconciled}, "after a restore")))
    throw Cannot{"the books agree, but the journal took no write that says so; ask again"};
  if (!asked.json) said.out += summary(reconciling, open);
  said.code = open == 0 ? done : wrong;
  return said;
}

}  // namespace madang::app
