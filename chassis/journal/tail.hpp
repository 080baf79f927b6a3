#pragma once
// The newest events of a log, kept in memory for those who follow it: what has just been committed is
// asked for at once by read models, effects, reactions and other contexts, and none of them need read it
// back from the disk. Whoever is further behind reads the store. It holds committed events alone, without
// a gap up to the last that this process has written. Any task.
#include "chassis/journal/store.hpp"
#include "chassis/runtime/pool.hpp"
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace madang::chassis {

class Tail {
 public:
  using Event = std::shared_ptr<const StoredEvent>;

  Tail(runtime::Runtime&, std::size_t events_max);
  // The log ended here when it was opened; before the writer begins.
  void begin_after(Position);
  // By the writer: after the commit, and before anyone is told of it.
  void add(std::vector<StoredEvent>);
  // Those after a position, in order, at most `max`. Nothing: they are to be read from the store.
  [[nodiscard]] std::optional<std::vector<Event>> after(Position, std::size_t max) const;

 private:
  std::unique_ptr<runtime::Monitor> monitor_;
  std::size_t events_max_;
  std::deque<Event> events_;
  std::optional<Position> began_after_;
};

// Of one store; most of the time nobody reads it, since the tail has what is asked for.
using StoreReaders = runtime::Pool<JournalReader>;

// Reads the newest events from the tail, and all else from the store, by a reader that is lent for each call;
// one task at a time. That there is no more it believes the tail a few times, up to the head that it has read: who
// asks again is told by the store, where another may have written.
std::unique_ptr<JournalReader> reader_with(std::shared_ptr<const Tail>,
                                           std::shared_ptr<StoreReaders> store);

}  // namespace madang::chassis
