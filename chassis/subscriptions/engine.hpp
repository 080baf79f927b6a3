#pragma once
// Runs one context on a runtime and a folder: its journal and the one writer, timers, read models,
// consumers of its own log and of each context that it hears, and reactions. It is the context's
// Commands and knows their Outcomes; HTTP adapters and tests talk to it from any task.
//
// The folder must be locked by the caller for the engine's life (storage/folder_lock.hpp). Stopping is the
// runtime's: stop it, wait for its tasks, then destroy the engine.
#include "chassis/bus/broker.hpp"
#include "chassis/bus/bus.hpp"
#include "chassis/ports/outcomes.hpp"
#include "chassis/subscriptions/log.hpp"
#include "chassis/subscriptions/switches.hpp"
#include "chassis/subscriptions/views.hpp"
#include "chassis/telemetry/spans.hpp"
#include <memory>
#include <string>
#include <vector>

namespace madang::chassis {

struct EngineSettings {
  std::string folder;  // DIR/<context>; it is there
  JournalLimits journal{};
  std::size_t query_connections = 4;
  std::size_t reaction_tasks = 4;  // of each reaction
  // How often a task that waits for more looks though nobody has called it.
  runtime::Duration look_every = std::chrono::seconds{1};
  // What finds a delivery that brings the process down. None given: the file "marks" in the folder, which
  // a simulated folder cannot have.
  std::shared_ptr<storage::MarkMemory> marks{};
  telemetry::Spans* spans = nullptr;  // which outlive it; none: nothing is traced
  // That is told what the context publishes, for contexts in other programs; it outlives the engine. None: nobody
  // hears it but by this engine as their outlet.
  Broker* broker = nullptr;
  // Read models fold as soon as so many events wait, or after look_every. More than one: what nobody reads
  // meanwhile is folded with fewer writes, as an import wants it.
  std::size_t fold_at_least = 1;
  // Nor sooner than so long after the last time, unless somebody waits to read them; and what is heard is
  // handled no more often. So events that come one by one share a transaction.
  runtime::Duration gather = std::chrono::milliseconds{2};
  // How long before its time a timer may fire; what it brings is recorded as of its time all the same.
  runtime::Duration timers_early{};
};

// What a person or /metrics wants to know.
struct EngineState {
  Position head = 0, views = 0, effects = 0;
  std::map<std::string, Position> inboxes;  // by source
  std::size_t parked = 0;
  bool ready = false;
  Journal::Counts journal{};
};

class Engine final : public Commands, public Outcomes, public Outlet {
 public:
  // Makes what is in the folder durable and opens it. Throws Unavailable, Corrupt, and
  // storage::MigrationRefused when a database is newer than this program.
  Engine(const Context&, runtime::Runtime&, const Bus&, PortsOf, EngineSettings, Log&);
  ~Engine() override;

  void start();
  // After a graceful stop, when the runtime's tasks have ended: leaves short files, so that the next
  // start is quick and a backup small. Not after a failed fsync. It may be left out.
  void close();
  // When the runtime's tasks have ended, and before what makes answers of decisions is destroyed: commands that
  // still wait are answered as Unanswered. Otherwise the engine's end does that.
  void drop_waiting();

  [[nodiscard]] const Context& context() const;
  [[nodiscard]] EngineState state();
  // The same from memory alone, without counting what is parked.
  [[nodiscard]] EngineState progress();
  // When its newest event happened; nothing that comes is recorded as older.
  [[nodiscard]] kernel::Instant log_time();
  // How long the earliest timer has been due; nothing is late when it is zero.
  [[nodiscard]] runtime::Duration timer_lateness();
  // Events of the type written since the start.
  [[nodiscard]] std::uint64_t count_of(const std::string& type) const;
  // Read models are built and consumers have caught up with what was there at the start.
  [[nodiscard]] bool is_ready();
  // Journal's and views' readers of the folder, for `madang show`, `check` and the like.
  [[nodiscard]] std::unique_ptr<JournalReader> read_journal() const;

  // Waits until consumers and read models have come to rest, at the latest until the deadline; for tests
  // and for scripts that import. False: they had not.
  bool settle(runtime::Time deadline);

  [[nodiscard]] std::vector<Parked> parked();
  // Asks for it; the consumer's or reaction's task does it, in order, up to the first that fails again.
  void retry_parked(const std::string& consumer, const std::string& key);
  // Gives a parked delivery up, for good, notes in the same transaction who did it, and retries those
  // behind it. False: there is none, or nothing was written.
  bool discard_parked(std::int64_t number, const Act&);
  // What a person did that no event tells. A part that it switches off or on stands still or goes on within
  // look_every. False: it was not written.
  [[nodiscard]] bool note_act(const Act&);
  [[nodiscard]] const Switches& switches() const;
  // Does it while this log stands still: nothing is being committed, and nothing will be until it returns.
  // It must be short and throw nothing; it may do the same to another context. False: it was not done.
  // As for Journal::write, the action holds what it needs.
  [[nodiscard]] bool at_rest(const std::function<void()>&);
  // Waits until the new generation is in its place; what it found against the old one.
  std::optional<Comparison> rebuild(const std::string& projection);

  std::optional<std::string> owner_of(const std::string& scope, const std::string& key) override;
  Positions head() override;
  std::unique_ptr<MessageReader> read(const std::set<std::string>& types) override;
  runtime::Signal& appended() override;

 protected:
  std::shared_ptr<void> execute(std::type_index, std::shared_ptr<const void> command,
                                const CommandId&, Positions* written) override;
  void submit_one(std::type_index, Untyped, std::shared_ptr<Positions> written, Answered) override;
  std::vector<Decided> execute_all(std::type_index, std::vector<Untyped>) override;
  std::shared_ptr<void> answer(std::type_index, const void* query, const Positions& after) override;
  std::shared_ptr<void> recorded(std::type_index, const CommandId&, Positions& written) override;

 private:
  class Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace madang::chassis
