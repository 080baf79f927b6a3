#pragma once
// What decides the commands of a batch on the journal's store, between the head that it takes and the commit. It
// keeps the states of streams that it has read or made, as long as nobody else writes. Only the writer's task
// comes here; counts are read from anywhere. Private to the journal.
#include "chassis/journal/journal.hpp"
#include <atomic>
#include <optional>
#include <unordered_map>
#include <utility>

namespace madang::chassis {

class Journal::Writer {
 public:
  Writer(std::unique_ptr<JournalStore> store, const JournalLimits& limits, Marks::Slot slot)
      : store_{std::move(store)}, limits_{limits}, slot_{slot} {}

  // Takes the head. `clock` is the runtime's: whoever's time is over by then is not decided for.
  void begin(Instant clock);
  Result handle(Work&);
  void write(const std::function<void(JournalStore&)>& action) { action(*store_); }
  Head commit();
  void rollback() noexcept;
  // Of the batch that was committed last.
  std::vector<StoredEvent> take_appended() { return std::exchange(appended_, {}); }
  [[nodiscard]] Instant earliest_armed() const { return earliest_armed_; }
  void maintain() { store_->maintain(); }
  void close() { store_->close(); }

  struct {
    std::atomic<std::uint64_t> batches, commands, repeats, overdue, refusals, defects,
        failed_batches;
  } counts{};
  EventCounts by_type;

 private:
  class TurnOfOne;
  friend class TurnOfOne;
  using Streams = std::unordered_map<std::string, std::unique_ptr<OpenStream>>;

  void forget();
  OpenStream& open(const StreamType&, const std::string& name);
  void load(OpenStream&);
  void find_cause(CommandId&);
  StreamKey home_key(const std::string& name);
  std::optional<StreamKey> find_home(const std::string& name);
  void take_snapshots();
  void trim();

  std::unique_ptr<JournalStore> store_;
  const JournalLimits& limits_;
  Marks::Slot slot_;
  std::optional<Head> known_;  // as this writer left it
  Head head_;
  Instant clock_{}, now_{};  // of this batch: when it was taken up, and its log time
  std::uint64_t batch_ = 0;
  Streams streams_;
  std::unordered_map<std::string, StreamKey> homes_;
  // Of this batch, to be written once at its end.
  std::unordered_map<StreamKey, StreamEnd> grew_;
  std::unordered_map<StreamKey, std::optional<Arming>> armed_;
  std::vector<std::string> due_for_snapshot_;
  std::vector<StoredEvent> appended_;
  Instant earliest_armed_{};
};

}  // namespace madang::chassis
