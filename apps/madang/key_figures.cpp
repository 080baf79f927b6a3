#include "apps/madang/key_figures.hpp"

#include "apps/madang/contexts_at_work.hpp"
#include "apps/madang/control/restored.hpp"
#include "identity/application/erasures.hpp"
#include "payment/application/ledger_book.hpp"
#include "payment/application/payments.hpp"
#include <chrono>
#include <functional>
#include <limits>

namespace madang::app {
namespace {

using Gauges = std::vector<std::shared_ptr<void>>;

kernel::Instant now(const Ground& ground) {
  return std::chrono::floor<std::chrono::milliseconds>(ground.runtime.now());
}
double seconds_since(std::optional<kernel::Instant> then, kernel::Instant now) {
  return then ? std::chrono::duration<double>{now - *then}.count() : 0.0;
}

// A context that is too busy to say has no figure for now.
std::function<double()> if_it_answers(std::function<double()> read) {
  return [read = std::move(read)] {
    try {
      return read();
    } catch (const chassis::Unavailable&) {
      return std::numeric_limits<double>::quiet_NaN();
    }
  };
}

}  // namespace

Gauges show_key_figures(IdentityAtWork& identity, telemetry::Registry& registry) {
  const auto show = [&](const char* name, const char* help, std::function<double()> read) {
    return registry.gauge_from(name, help, {}, if_it_answers(std::move(read)));
  };
  const auto erasures = [&identity] {
    chassis::Commands& commands = identity.at_work.engine();
    return commands.ask(identity::ErasuresOpen{now(identity.ground)});
  };
  return {
      show("madang_erasures_open", "People who are being forgotten.",
           [=] { return static_cast<double>(erasures().open); }),
      show("madang_erasures_overdue", "People who should have been forgotten by now.",
           [=] { return static_cast<double>(erasures().overdue); }),
      show("madang_erasure_oldest_seconds", "How long ago the oldest open erasure was asked for.",
           [=, &identity] { return seconds_since(erasures().oldest, now(identity.ground)); }),
      show("madang_sign_ins_failed", "Wrong addresses or passwords since the start.",
           [&identity] { return static_cast<double>(identity.attempts.sign_ins_failed()); }),
      show("madang_refresh_tokens_stolen",
           "Sessions ended since the start because a refresh token came back.",
           [&identity] { return static_cast<double>(identity.attempts.tokens_stolen()); })};
}

Gauges show_key_figures(PaymentAtWork& payment, telemetry::Registry& registry) {
  const auto show = [&](const char* name, const char* help, std::function<double()> read) {
    return registry.gauge_from(name, help, {}, if_it_answers(std::move(read)));
  };
  const auto errands = [&payment] {
    chassis::Commands& commands = payment.at_work.engine();
    return commands.ask(payment::ErrandsOpen{});
  };
  const auto balances = [&payment] {
    chassis::Commands& commands = payment.at_work.engine();
    return commands.ask(payment::BalancesIn{payment.ground.settings.currency});
  };
  return {
      show("madang_payments_open",
           "Payments of which the provider has yet to say how they ended; at most 1000.",
           [=] { return static_cast<double>(errands().size()); }),
      show("madang_payment_oldest_seconds",
           "How long the one of these that waits longest has not changed.",
           [=, &payment] {
             const auto open = errands();
             if (open.empty()) return 0.0;
             return seconds_since(open.front().since, now(payment.ground));
           }),
      show("madang_ledger_balance", "Debits less credits of all accounts, in minor units: 0.",
           [=] {
             std::int64_t sum = 0;
             for (const auto& [account, units] : balances()) sum += units;
             return static_cast<double>(sum);
           }),
      show("madang_refunds_due", "What is owed back to payers, in minor units.",
           [=] { return 0.0 - static_cast<double>(balances()[payment::Account::refunds_due]); }),
      show("madang_restored_unreconciled",
           "1 from a restore on, until the ledger was seen to agree with the provider's books.",
           [&payment] {
             const auto journal = payment.at_work.engine().read_journal();
             return is_unreconciled(journal->acts()) ? 1.0 : 0.0;
           })};
}

}  // namespace madang::app
