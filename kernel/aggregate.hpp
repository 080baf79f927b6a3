#pragma once
// An aggregate is a struct that starts out empty, names its Id, lists its Events and says with one
// static `evolve(Aggregate, const Event&) -> Aggregate` per event where each leaves it. More pure
// functions are optional:
//
//   vector<Lapsed> lapse_due(const Aggregate&, Instant now)   facts that time alone brought about:
//                                                             one event type, or AnyOf<OneOf<...>>
//   optional<Instant> next_lapse(const Aggregate&)            when to look again (this is its timer)
//   vector<Claim<Taken>> claims(const Aggregate&)             what only one stream may own while it
//                                                             stands so; `using ClaimedBy = OneOf<...>`
//                                                             lists the events that may take one
#include "kernel/instant.hpp"
#include "kernel/one_of.hpp"
#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace madang::kernel {

template <class Aggregate, class Event>
struct evolve_of {
  static constexpr bool is_there = requires(Aggregate state, const Event& event) {
    { Aggregate::evolve(std::move(state), event) } -> std::same_as<Aggregate>;
  };
  static_assert(is_there, "an aggregate lacks evolve(State, const Event&) for one of its Events");
};

// Calls with an event, or with the one that a variant holds.
template <class Visitor, class Event>
void each(Visitor&& visitor, const Event& event) {
  visitor(event);
}
template <class Visitor, class... Event>
void each(Visitor&& visitor, const std::variant<Event...>& event) {
  std::visit(visitor, event);
}

// A key that one stream at a time may own within a scope, and the refusal of whoever comes second.
template <class Taken>
struct Claim {
  std::string scope, key;
  Taken refusal;
};

template <class A>
concept Lapses = requires(const A& state, Instant now) {
  A::lapse_due(state, now);
  A::next_lapse(state);
};
template <class A>
concept Claims = requires(const A& state) { A::claims(state); };

template <class A>
struct ClaimsOf;
template <class A>
  requires Claims<A>
struct ClaimsOf<A> {
  static_assert(
      requires { typename A::ClaimedBy; },
      "an aggregate with claims says by which of its events one may be taken: using ClaimedBy = OneOf<...>");
  using Taken = std::remove_cvref_t<
      decltype(std::declval<typename decltype(A::claims(std::declval<const A&>()))::value_type>()
                   .refusal)>;
};

}  // namespace madang::kernel
