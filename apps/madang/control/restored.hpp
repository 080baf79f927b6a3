#pragma once
// Money that moved after a backup was made is known to the payment provider alone. So a folder that was restored
// waits, over restarts, until somebody has held its ledger against the provider's books and they agree: what was
// done to payment's journal last says which.
#include <string_view>
#include <vector>

#include "chassis/journal/event.hpp"

namespace madang::app {

inline constexpr std::string_view was_restored = "restored", was_reconciled = "reconciled";

// `acts` of one journal, in the order in which they were done.
inline bool is_unreconciled(const std::vector<chassis::Act>& acts) {
  bool waits = false;
  for (const auto& act : acts)
    if (act.what == was_restored || act.what == was_reconciled) waits = act.what == was_restored;
  return waits;
}

}  // namespace madang::app
