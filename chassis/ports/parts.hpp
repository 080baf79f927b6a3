#pragma once
// The small vocabulary with which a context writes its read models and processes.
//
// A projection is a fold per row:
//   using Key, Row, Reads = OneOf<Aggregates...>, Hears = OneOf<Messages...> (recorded ones);
//   static start(event) -> Row; static evolve(Row, event) -> Row; using Ends, Ignores = OneOf<Events...>.
// Each event of what it Reads, and each message that it Hears, needs exactly one of the four. A Row that
// can be made from nothing needs no start. `using Indexed = Columns<&Row::customer, ...>`, `using OrderedBy` (rows.hpp).
// start and evolve may ask when it was: start(event, happened), evolve(Row, event, happened). The row is
// the one that the event names by its field of the type Key, unless there is
//   static key(event, happened) -> Key      such as happened.position, for a row of its own per event.
//
// A process is a decider per instance: using Key, Step, Done, Inputs, and per input
//   static start(input[, now]) -> Step       what begins it
//   static on(state, input[, now]) -> Step   for each State that is not Done, and each of its Inputs,
// or the input named in that state's own `using Ignores`; each input in start, IgnoredWhenMissing or
// ParkedWhenMissing. TimeIsUp is an input of every state: each has a `Instant deadline() const`, there
// is none without. Inputs are this context's events, which a process meets in the very transaction that
// records them, so it can never disagree with the command that made its timer moot; messages that the
// context hears; and refusals of the commands that it asks for.
#include "kernel/aggregate.hpp"
#include "kernel/decision.hpp"
#include "kernel/one_of.hpp"
#include <concepts>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

namespace madang::chassis {

using kernel::OneOf;

struct TimeIsUp {};

// Of an event: by the log's time, and where it stands in the log.
struct Happened {
  kernel::Instant at;
  std::int64_t position;
};

template <class... Commands>
struct Asks {};  // commands to this context
template <class... Messages>
struct Tells {};  // messages to another

// Where a process goes from here, what it asks for and tells.
template <class State, class Asks, class Tells>
class Step;
template <class... S, class... C, class... M>
class [[nodiscard]] Step<std::variant<S...>, Asks<C...>, Tells<M...>> {
 public:
  using State = std::variant<S...>;
  using Commands = OneOf<C...>;
  using Messages = OneOf<M...>;

  template <class To>
    requires(std::same_as<To, S> || ...)
  Step(To to) : state{std::move(to)} {}

  template <class Command>
  [[nodiscard]] Step ask(Command command) && {
    static_assert(kernel::is_one_of<Command, Commands>,
                  "this command is not in the Asks<...> of the process");
    asked.push_back(std::move(command));
    return std::move(*this);
  }
  template <class Message>
  [[nodiscard]] Step tell(Message message) && {
    static_assert(kernel::is_one_of<Message, Messages>,
                  "this message is not in the Tells<...> of the process");
    told.push_back(std::move(message));
    return std::move(*this);
  }

  State state;
  std::vector<kernel::AnyOf<Commands>> asked;
  std::vector<kernel::AnyOf<Messages>> told;
};

namespace detail {
template <class P, class Input>
concept StartsPlainly = requires(const Input& input) { P::start(input); };
template <class P, class Input>
concept StartsWithNow = requires(const Input& input, kernel::Instant now) { P::start(input, now); };
template <class P, class State, class Input>
concept HandlesPlainly = requires(const State& state, const Input& input) { P::on(state, input); };
template <class P, class State, class Input>
concept HandlesWithNow = requires(const State& state, const Input& input, kernel::Instant now) {
  P::on(state, input, now);
};
}  // namespace detail

template <class P, class Input>
concept Starts = detail::StartsPlainly<P, Input> || detail::StartsWithNow<P, Input>;
template <class P, class State, class Input>
concept Handles =
    detail::HandlesPlainly<P, State, Input> || detail::HandlesWithNow<P, State, Input>;

template <class P, class Input>
typename P::Step start_process(const Input& input, kernel::Instant now) {
  if constexpr (detail::StartsWithNow<P, Input>) return P::start(input, now);
  else return P::start(input);
}
template <class P, class State, class Input>
typename P::Step step_process(const State& state, const Input& input, kernel::Instant now) {
  if constexpr (detail::HandlesWithNow<P, State, Input>) return P::on(state, input, now);
  else return P::on(state, input);
}

}  // namespace madang::chassis
