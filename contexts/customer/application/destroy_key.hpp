#pragma once
// Whenever a customer is erased, then the copy of their key that is kept here is destroyed, and identity hears
// that it is.
#include "chassis/ports/commands.hpp"
#include "chassis/ports/vault.hpp"
#include "customer/domain/profile.hpp"

namespace madang::customer {

inline void destroy_key(const KeyDue& due, const chassis::RequestKey& cause,
                        chassis::Gives<NoteKeyDestroyed> customer, chassis::KeyDestroyer& keys) {
  keys.destroy_key(due.customer);
  customer.give(NoteKeyDestroyed{due.customer}, cause, "note");
}

}  // namespace madang::customer
