#pragma once
// Whenever every other copy of a person's key is destroyed, then identity's own is.
#include "chassis/ports/commands.hpp"
#include "chassis/ports/vault.hpp"
#include "identity/domain/erasure.hpp"

namespace madang::identity {

inline void destroy_last_key(const LastKeyDue& due, const chassis::RequestKey& cause,
                             chassis::Gives<NoteForgotten> identity, chassis::KeyDestroyer& keys) {
  keys.destroy_key(due.person);
  identity.give(NoteForgotten{due.person}, cause, "note");
}

}  // namespace madang::identity
