#pragma once
// What application code sees of the journal: give a command, ask a query, derive ids from a request.
// An answer is the recorded outcome of the command id; the same id again gets the same answer, though
// the state has changed meanwhile. Calls wait for the commit and may be made from any task; what is
// submitted is answered later, and costs no task meanwhile.
#include "chassis/ports/failures.hpp"
#include "chassis/ports/ids.hpp"
#include "chassis/ports/later.hpp"
#include "kernel/decision.hpp"
#include "kernel/instant.hpp"
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>
#include <vector>

namespace madang::chassis {

using kernel::Instant;
using Position = std::int64_t;  // in a log, dense from 1

// How far a reader must have come to see what was written: per log (context) the highest position.
using Positions = std::map<std::string, Position>;

// What led here, for people who trace it: ids of the message before and of the first of all, and the
// W3C trace context that was current.
struct Cause {
  std::string causation, correlation, traceparent;
};

// Who asks: a command with an id that is on record already gets the recorded answer, when the
// fingerprint is the same too. The outcome is kept under `home`, the name of a stream.
struct CommandId {
  Digest128 id;
  std::string home;
  std::string fingerprint;  // of the request's body; empty for internal sources
  Cause cause;
  // By the runtime's clock. What the writer has not taken up by then is answered as unavailable and
  // leaves nothing behind: whoever asked has gone. What was decided before is answered as ever.
  Instant decide_by = Instant::max();
};

// The same key was used for another request (edge: 422 idempotency-key-reused).
struct KeyReused : std::runtime_error {
  using runtime_error::runtime_error;
};
// The command's rule threw: a defect, which failed this command alone (edge: 500).
struct Defect : std::runtime_error {
  using runtime_error::runtime_error;
};

// What `run` throws, told of one command among many.
struct Failed {
  enum class Why { unavailable, key_reused, defect };
  Why why;
  std::string text;
};
std::exception_ptr exception_of(const Failed&);

// One request of a person under their Idempotency-Key, or one event that something reacts to. Every
// step of a use case has an id of its own, and ids of new things derive from it too, so the same
// request always means the same hold, payment and rental.
class RequestKey {
 public:
  [[nodiscard]] static RequestKey of_request(std::string_view context, const Part& person,
                                             std::string_view operation,
                                             std::string_view idempotency_key,
                                             std::string fingerprint, std::string home, Cause);
  [[nodiscard]] static RequestKey of_event(std::string_view context, std::string_view handler,
                                           const Digest128& event_identity, std::string home,
                                           Cause);

  // The same, for whom nobody waits any longer than that: its commands are to be decided by then.
  [[nodiscard]] RequestKey until(Instant) const;

  [[nodiscard]] CommandId step(std::string_view name) const;
  template <class Id>
  [[nodiscard]] Id id(std::string_view what) const {
    return derived_id<Id>({source_, what});
  }
  [[nodiscard]] const Cause& cause() const { return cause_; }

  // Filled as commands are executed under this key; the edge sends it back as a position token.
  [[nodiscard]] Positions& written() const { return *written_; }
  [[nodiscard]] std::shared_ptr<Positions> written_later() const { return written_; }

 private:
  RequestKey(Digest128 source, std::string home, std::string fingerprint, Cause cause);

  Digest128 source_;
  std::string home_, fingerprint_;
  Cause cause_;
  Instant until_ = Instant::max();
  std::shared_ptr<Positions> written_ = std::make_shared<Positions>();
};

// One context, as its own application code uses it.
class Commands {
 public:
  virtual ~Commands() = default;

  // Throws Unavailable, Conflict, KeyReused, Defect.
  template <class Command>
  typename Command::Decision run(const Command& command, const CommandId& id,
                                 Positions* written = nullptr) {
    return std::move(*std::static_pointer_cast<typename Command::Decision>(
        execute(typeid(Command), std::make_shared<Command>(command), id, written)));
  }
  // The same without waiting. A reply without a home is answered on the journal's task, where it must not
  // block; or on this one, when too many wait already.
  template <class Command>
  Later<typename Command::Decision> submit(Command command, CommandId id,
                                           std::shared_ptr<Positions> written = {}) {
    using Decision = typename Command::Decision;
    return Later<Decision>::of([this, command = std::make_shared<Command>(std::move(command)),
                                id = std::move(id),
                                written = std::move(written)](Reply<Decision> reply) mutable {
      submit_one(typeid(Command), {std::move(command), std::move(id)}, std::move(written),
                 [reply = std::move(reply)](const Decided& decided) mutable {
                   if (!decided) return reply.fail(exception_of(decided.error()));
                   reply.answer(std::move(*std::static_pointer_cast<Decision>(*decided)));
                 });
    });
  }
  // Gives them in this order, waits once for all, and answers in this order; each stands or fails alone.
  // Meant for hundreds: more than the journal lets wait are answered as unavailable.
  template <class Command>
  std::vector<std::expected<typename Command::Decision, Failed>> run_all(
      std::vector<std::pair<Command, CommandId>> commands) {
    std::vector<Untyped> given;
    given.reserve(commands.size());
    for (auto& [command, id] : commands)
      given.emplace_back(std::make_shared<Command>(std::move(command)), std::move(id));
    std::vector<std::expected<typename Command::Decision, Failed>> decided;
    decided.reserve(given.size());
    for (auto& it : execute_all(typeid(Command), std::move(given)))
      if (it)
        decided.emplace_back(std::move(*std::static_pointer_cast<typename Command::Decision>(*it)));
      else decided.emplace_back(std::unexpect, std::move(it.error()));
    return decided;
  }
  // Waits, at most 2 s, until the read models have seen `after`. Throws Unavailable.
  template <class Query>
  typename Query::Result ask(const Query& query, const Positions& after = {}) {
    return std::move(
        *std::static_pointer_cast<typename Query::Result>(answer(typeid(Query), &query, after)));
  }
  // The stream that owns a claim; nothing when it is free. What a command decides may already differ.
  [[nodiscard]] virtual std::optional<std::string> owner_of(const std::string& scope,
                                                            const std::string& key) = 0;
  // How far this context's log goes: a query asked after it sees all that was answered before.
  [[nodiscard]] virtual Positions head() = 0;

 protected:
  virtual std::shared_ptr<void> execute(std::type_index, std::shared_ptr<const void> command,
                                        const CommandId&, Positions* written) = 0;
  using Untyped = std::pair<std::shared_ptr<const void>, CommandId>;
  using Decided = std::expected<std::shared_ptr<void>, Failed>;
  using Answered = std::move_only_function<void(Decided)>;
  // Waits, where there is no better way.
  virtual void submit_one(std::type_index, Untyped, std::shared_ptr<Positions> written, Answered);
  // One after the other, unless there is a faster way.
  virtual std::vector<Decided> execute_all(std::type_index, std::vector<Untyped>);
  virtual std::shared_ptr<void> answer(std::type_index, const void* query, const Positions&) = 0;
};

// The commands that a use case may give, said in its signature, where the assembly reads them too.
// A command that may be refused must be looked at; one that cannot be may be given and forgotten.
template <class... Given>
class Gives {
 public:
  Gives(Commands& to) : to_{&to} {}

  template <class Command>
  [[nodiscard]] typename Command::Decision execute(const Command& command, const RequestKey& key,
                                                   std::string_view step) const {
    static_assert(kernel::is_one_of<Command, kernel::OneOf<Given...>>,
                  "this command is not in the Gives<...> of the use case");
    return to_->run(command, key.step(step), &key.written());
  }
  // For a use case that is this one command: nobody waits, and the answer comes later.
  template <class Command>
  [[nodiscard]] Later<typename Command::Decision> submit(Command command, const RequestKey& key,
                                                         std::string_view step) const {
    static_assert(kernel::is_one_of<Command, kernel::OneOf<Given...>>,
                  "this command is not in the Gives<...> of the use case");
    return to_->submit(std::move(command), key.step(step), key.written_later());
  }
  template <class Command>
    requires(Command::Decision::Refusals::is_empty)
  void give(const Command& command, const RequestKey& key, std::string_view step) const {
    static_cast<void>(execute(command, key, step));
  }

 private:
  Commands* to_;
};

}  // namespace madang::chassis
