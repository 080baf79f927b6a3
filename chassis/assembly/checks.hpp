#pragma once
// What must not compile, each with the sentence that says what was forgotten. Tried one by one in
// tests/must_not_compile.
#include "chassis/forms/reflect.hpp"
#include "chassis/ports/parts.hpp"
#include "kernel/aggregate.hpp"
#include "kernel/decision.hpp"

namespace madang::chassis {

using kernel::is_one_of, kernel::Merged, kernel::OneOf;

template <class... Events>
struct Whenever {};
template <class... Refusals>
struct Ignore {};
template <class... Refusals>
struct Park {};

// A list that a part leaves out is empty.
namespace detail {
template <class P>
auto ends_of() {
  if constexpr (requires { typename P::Ends; }) return typename P::Ends{};
  else return OneOf<>{};
}
template <class P>
auto ignores_of() {
  if constexpr (requires { typename P::Ignores; }) return typename P::Ignores{};
  else return OneOf<>{};
}
template <class P>
auto reads_of() {
  if constexpr (requires { typename P::Reads; }) return typename P::Reads{};
  else return OneOf<>{};
}
template <class P>
auto hears_of() {
  if constexpr (requires { typename P::Hears; }) return typename P::Hears{};
  else return OneOf<>{};
}
template <class P>
auto ignored_when_missing_of() {
  if constexpr (requires { typename P::IgnoredWhenMissing; })
    return typename P::IgnoredWhenMissing{};
  else return OneOf<>{};
}
template <class P>
auto parked_when_missing_of() {
  if constexpr (requires { typename P::ParkedWhenMissing; }) return typename P::ParkedWhenMissing{};
  else return OneOf<>{};
}
template <class List>
struct EventsOf;
template <class... A>
struct EventsOf<OneOf<A...>> {
  using type = Merged<typename A::Events...>;
};
}  // namespace detail

template <class P>
using EndsOf = decltype(detail::ends_of<P>());
template <class P>
using IgnoresOf = decltype(detail::ignores_of<P>());
template <class P>
using ReadsOf = decltype(detail::reads_of<P>());
template <class P>
using HearsOf = decltype(detail::hears_of<P>());
template <class P>
using IgnoredWhenMissingOf = decltype(detail::ignored_when_missing_of<P>());
template <class P>
using ParkedWhenMissingOf = decltype(detail::parked_when_missing_of<P>());

template <class R, class Said>
inline constexpr bool says = false;
template <class R, class... Rs>
inline constexpr bool says<R, Ignore<Rs...>> = is_one_of<R, OneOf<Rs...>>;
template <class R, class... Rs>
inline constexpr bool says<R, Park<Rs...>> = is_one_of<R, OneOf<Rs...>>;
template <class R, class Said>
inline constexpr bool says_ignore = false;
template <class R, class... Rs>
inline constexpr bool says_ignore<R, Ignore<Rs...>> = is_one_of<R, OneOf<Rs...>>;

template <class Command, class Refusal, class... Said>
struct when_refused {
  static_assert(
      (says<Refusal, Said> || ...),
      "say what happens when this command is refused for this reason: ignore<because::...> or park<because::...>");
};

template <class Projection, class Event>
struct projection_of {
  static constexpr bool starts_when =
      requires(const Event& e, const Happened& when) { Projection::start(e, when); };
  static constexpr bool evolves_when =
      requires(typename Projection::Row row, const Event& e, const Happened& when) {
        Projection::evolve(std::move(row), e, when);
      };
  static constexpr bool has_key =
      requires(const Event& e, const Happened& when) { Projection::key(e, when); };
  static constexpr bool starts = starts_when || requires(const Event& e) { Projection::start(e); };
  static constexpr bool evolves =
      evolves_when || requires(typename Projection::Row row, const Event& e) {
        Projection::evolve(std::move(row), e);
      };
  static constexpr bool ends = is_one_of<Event, EndsOf<Projection>>;
  static constexpr bool ignores = is_one_of<Event, IgnoresOf<Projection>>;
  static_assert(
      int{starts} + int{evolves} + int{ends} + int{ignores} == 1,
      "a projection must do exactly one thing with each event it Reads or message it Hears: start, evolve, Ends<...> or Ignores<...>");
};

template <class Process, class State, class Input>
struct process_in_state {
  static constexpr bool handles = Handles<Process, State, Input>;
  static constexpr bool ignores = is_one_of<Input, IgnoresOf<State>>;
  static_assert(
      int{handles} + int{ignores} == 1,
      "a process must say what this input means in this state: on(state, input), or the input in the state's own Ignores");
};
template <class Process, class Input>
struct process_when_missing {
  static constexpr bool starts = Starts<Process, Input>;
  static constexpr bool ignores = is_one_of<Input, IgnoredWhenMissingOf<Process>>;
  static constexpr bool parks = is_one_of<Input, ParkedWhenMissingOf<Process>>;
  static_assert(
      int{starts} + int{ignores} + int{parks} == 1,
      "a process must say what this input means when there is no such process: start(input), IgnoredWhenMissing or ParkedWhenMissing");
};
template <class State>
struct process_state {
  static_assert(
      requires(const State& state) {
        { state.deadline() } -> std::convertible_to<kernel::Instant>;
      }, "every state of a process has a deadline: Instant deadline() const");
};

template <class Event, class Publisher>
struct publisher_of {
  static_assert(
      requires(const Publisher& map, const Event& e) { map(e); } ||
          requires(const Publisher& map, const Event& e, const Happened& when) { map(e, when); },
      "the publisher must map each event of the context to one message, or name it in keeps_private<...>");
};

template <class Command, class Aggregate>
struct claims_of_command {
  template <class... E>
  static constexpr bool may_take(OneOf<E...>) {
    return (is_one_of<E, typename Aggregate::ClaimedBy> || ...);
  }
  template <class A>
  static constexpr bool is_said() {
    if constexpr (kernel::Claims<A>) {
      return !may_take(typename Command::Decision::Events{}) ||
             is_one_of<typename kernel::ClaimsOf<A>::Taken, typename Command::Decision::Refusals>;
    } else {
      return true;
    }
  }
  static_assert(is_said<Aggregate>(),
                "this command may take a claim: name the claim's refusal in its Unless<...>");
};

}  // namespace madang::chassis
