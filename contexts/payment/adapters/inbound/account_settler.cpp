#include "payment/adapters/inbound/account_settler.hpp"

#include "chassis/ports/failures.hpp"
#include "payment/adapters/inbound/fresh_key.hpp"

namespace madang::payment {

AccountSettler::AccountSettler(runtime::Runtime& runtime, chassis::Commands& payment,
                               runtime::Duration look_every)
    : runtime_{runtime}, payment_{payment}, look_every_{look_every} {}

void AccountSettler::run() const {
  while (true) {
    try {
      look_once();
    } catch (const chassis::Unavailable&) {
      // the journal or the read model is busy: the next look will do
    }
    runtime_.sleep(look_every_);
  }
}

void AccountSettler::look_once() const {
  for (const auto& payer : payment_.ask(WhoseAccountsAreAwaited{}))
    // Of all that was there when it was asked for, and of what came before it in the asker's log.
    if (!payment_.ask(IsAnythingOpen{payer}, payment_.head()))
      settle_account({payer}, fresh_key(runtime_, "settle_account", payer), payment_);
}

}  // namespace madang::payment
