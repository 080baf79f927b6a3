#pragma once
// The event store and outbox of one context. One writer takes the commands that wait as a batch, decides
// each in order while it holds the head of the log, and makes the batch durable in one transaction; only
// then are answers given. A command id is known for ever: its repeat gets the first answer, refusals too.
//
// Deciding under the head makes every state that it reads the latest: when the head is where this writer
// left it, its cached states are true; when another has written since, they are dropped and read again.
// A refusal of one command never disturbs its neighbours, nor does a rule that throws. When the commit
// fails the whole batch is answered as unavailable and every cached state is dropped; after a failed
// fsync the process stops and recovers from disk. A command whose time was over before its turn came is
// answered as unavailable, and nothing of it is stored.
#include "chassis/journal/event_counts.hpp"
#include "chassis/journal/marks.hpp"
#include "chassis/journal/store.hpp"
#include "chassis/journal/tail.hpp"
#include "chassis/journal/turn.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/telemetry/tracer.hpp"
#include <atomic>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace madang::chassis {

// What a command type is to the journal. Its functions run on the writer's task.
class Rule {
 public:
  virtual ~Rule() = default;
  // Of the command, for people who look at traces.
  [[nodiscard]] virtual std::string name() const = 0;
  // May throw: a defect, which fails this command alone.
  virtual Verdict decide(const void* command, Turn&) const = 0;
  // The decision again, from what is on record.
  virtual std::shared_ptr<void> recall(const Outcome&, const std::vector<StoredEvent>&) const = 0;
};

struct Result {
  enum class Kind { decided, unavailable, key_reused, defect };
  Kind kind;
  std::shared_ptr<void> decision;  // of the type that the rule gave
  bool refused = false;
  Position position = 0;  // a reader that has come so far sees what was written, or refused on
  std::string why;        // of unavailable and defect
};

struct Work {
  CommandId id;
  const Rule* rule;
  std::shared_ptr<const void> command;
  std::function<void(Result)> done;  // called on the writer's task; must neither block nor throw
  runtime::Time given{};             // noted by submit when its trace is recorded
};

struct JournalLimits {
  std::size_t batch_max = 256;
  std::size_t waiting_max = 8192;         // then a command is refused as unavailable
  std::size_t cached_streams_max = 4096;  // a state and its name take about a kilobyte
  Version snapshot_every = 200;           // events of a stream
  std::size_t tail_events_max = 4096;     // kept for those who follow the log
};

class Journal {
 public:
  // A command that has brought the process down is answered as a defect.
  Journal(runtime::Runtime&, std::unique_ptr<JournalStore>, JournalLimits = {}, Marks::Slot = {},
          telemetry::Tracer = {});
  ~Journal();

  // From any task. Overloaded: `done` is called at once, on the caller's task.
  void submit(Work);
  // Waits for the commit. Never from the writer's task.
  Result execute(CommandId, const Rule&, std::shared_ptr<const void> command);
  // Something else to be written with the next batch: checkpoints, parked deliveries. It must throw
  // nothing but what the store throws. Waits for the commit; false: nothing was written. Whoever waits may be
  // stopped before it is written, and then what they had is gone: the action holds what it needs.
  [[nodiscard]] bool write(std::function<void(JournalStore&)>);

  // The one writer task; leaves by runtime::Stopped.
  [[noreturn]] void write_batches();
  // After the runtime was stopped and its tasks have ended, and never after a failed commit's fsync.
  void close();
  // After the runtime's tasks have ended: what no writer took is dropped, which answers it as Unanswered.
  void drop_waiting();

  // A reader of the store that is given the newest events without asking it.
  [[nodiscard]] std::unique_ptr<JournalReader> follow(std::shared_ptr<StoreReaders> store) const {
    return reader_with(tail_, std::move(store));
  }
  // The log ended here when it was opened; before the tasks begin.
  void begin_after(Position head) {
    tail_->begin_after(head);
    appended_.raise_to(static_cast<std::uint64_t>(head));
  }
  // Counts positions. A hint only: whoever waits here also looks from time to time.
  [[nodiscard]] runtime::Signal& appended() { return appended_; }
  // For the one task that fires timers: raised by a commit that arms one to go off before this.
  void wake_for_timers_before(Instant due) { timers_before_ = due; }
  [[nodiscard]] runtime::Signal& armed() { return armed_; }
  [[nodiscard]] bool is_full() const { return waiting_.size() >= limits_.waiting_max; }

  struct Counts {
    std::uint64_t batches, commands, repeats, overdue, refusals, defects, events, failed_batches;
  };
  [[nodiscard]] Counts counts() const;
  // Events of the type written since the start.
  [[nodiscard]] std::uint64_t count_of(const std::string& type) const;

 private:
  struct Waiting {
    Work work;
    std::function<void(JournalStore&)> write;  // instead of work
    std::function<void(bool)> written;
  };
  class Writer;

  void run(std::vector<Waiting>);
  void answer_unavailable(std::vector<Waiting>&, const std::string& why);
  void tell_trace(const Work&, const Result&) const;

  runtime::Runtime& runtime_;
  JournalLimits limits_;
  telemetry::Tracer tracer_;
  runtime::Mailbox<Waiting> waiting_;
  runtime::Signal appended_, armed_;
  std::atomic<Instant> timers_before_ = Instant::max();
  std::shared_ptr<Tail> tail_;
  std::unique_ptr<Writer> writer_;
};

}  // namespace madang::chassis
