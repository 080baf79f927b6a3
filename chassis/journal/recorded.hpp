#pragma once
#include <optional>

#include "chassis/journal/journal.hpp"

namespace madang::chassis {

// What the command of this id was answered, when its outcome is on record in this home. `head` is where the log
// stands: a reader that has come so far sees what a refusal rested on.
inline std::optional<Result> recorded(JournalStore& store, std::optional<StreamKey> home,
                                      const CommandId& id, const Rule& rule, Position head) {
  const auto first = home ? store.find_outcome(*home, id.id) : std::nullopt;
  if (!first) return std::nullopt;
  if (first->fingerprint != id.fingerprint)
    return Result{Result::Kind::key_reused, {}, false, head, {}};
  const bool has_events = first->last != 0;
  const auto events =
      has_events ? store.events(first->first, first->last) : std::vector<StoredEvent>{};
  return Result{Result::Kind::decided,
                rule.recall(*first, events),
                !first->refusal.empty(),
                has_events ? first->last : head,
                {}};
}

}  // namespace madang::chassis
