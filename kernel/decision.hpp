#pragma once
// A command says in its type what it may lead to, and names its streams by what its rule reads:
//
//   struct HoldLicence {
//     EditionId edition; PersonId customer; Money price_shown;
//     using Decision = Then<LicenceHeld, HoldTaken>::Unless<because::price_changed>;
//     static Decision decide(const HoldLicence&, const LicencePool&, const Borrowing&, Instant now);
//   };
//
// The rule is pure; it may leave out `now`. An event goes to the stream of the aggregate that lists it
// in its Events. A refusal is a plain struct in a namespace `because`: its slug is its name with
// hyphens, its fields are the problem's data.
#include "kernel/instant.hpp"
#include "kernel/one_of.hpp"
#include <concepts>
#include <cstdlib>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace madang::kernel {

template <class... Happened>
struct Facts {
  std::tuple<Happened...> facts;
};

// then(A{}, B{}): these happened, in this order. then(): accepted, and nothing new happened.
template <class... Happened>
[[nodiscard]] Facts<Happened...> then(Happened... facts) {
  return {{std::move(facts)...}};
}

template <class Events, class Refusals>
class Decision;
template <class... E, class... R>
class [[nodiscard]] Decision<OneOf<E...>, OneOf<R...>> {
 public:
  using Events = OneOf<E...>;
  using Refusals = OneOf<R...>;
  using Event = AnyOf<Events>;
  using Refusal = std::variant<std::monostate, R...>;

  template <class... Happened>
  Decision(Facts<Happened...> happened) {
    static_assert((is_one_of<Happened, Events> && ...),
                  "this event is not in the Then<...> of the command");
    if constexpr ((is_one_of<Happened, Events> && ...)) {
      events_.reserve(sizeof...(Happened));
      std::apply([&](auto&... fact) { (events_.emplace_back(std::move(fact)), ...); },
                 happened.facts);
    }
  }
  template <class Why>
    requires std::is_aggregate_v<Why>  // as refusals are; what else converts is not ours to say
  Decision(Why why) {
    static_assert(is_one_of<Why, Refusals>,
                  "this refusal is not in the Unless<...> of the command");
    if constexpr (is_one_of<Why, Refusals>) refusal_ = std::move(why);
  }
  template <class Happened>
  void add(Happened fact) {
    static_assert(is_one_of<Happened, Events>, "this event is not in the Then<...> of the command");
    if constexpr (is_one_of<Happened, Events>) events_.emplace_back(std::move(fact));
  }

  [[nodiscard]] bool refused() const { return refusal_.index() != 0; }
  [[nodiscard]] const Refusal& refusal() const { return refusal_; }
  [[nodiscard]] const std::vector<Event>& events() const { return events_; }
  template <class Wanted>
  [[nodiscard]] const Wanted* find() const {
    static_assert(is_one_of<Wanted, Events>, "this event is not in the Then<...> of the command");
    for (const auto& event : events_)
      if (const auto* found = std::get_if<Wanted>(&event)) return found;
    return nullptr;
  }
  // Of what the command always leads to when it is not refused. Throws std::logic_error when it is not there, since
  // something is broken then.
  template <class Wanted>
  [[nodiscard]] const Wanted& get() const {
    if (const auto* found = find<Wanted>()) return *found;
    throw std::logic_error{"a decision lacks the event that it always leads to"};
  }
  template <class Why>
  [[nodiscard]] const Why* refused_because() const {
    return std::get_if<Why>(&refusal_);
  }

 private:
  std::vector<Event> events_;
  Refusal refusal_;
};

template <class... E>
struct Then {
  template <class... R>
  using Unless = Decision<OneOf<E...>, OneOf<R...>>;
  using Always = Unless<>;
};

template <class... Commands>
using RefusalsOf = Merged<typename Commands::Decision::Refusals...>;

// The end of a use case: a value, or any refusal of the commands it gave.
template <class Value, class Refusals>
class Answer;
template <class Value, class... R>
class [[nodiscard]] Answer<Value, OneOf<R...>> {
 public:
  using Accepted = Value;
  using Refusals = OneOf<R...>;

  Answer(Value value) : is_{std::move(value)} {}
  template <class Why>
    requires is_one_of<Why, Refusals>
  Answer(Why why) : is_{std::move(why)} {}
  template <class... Some>  // the refusal of a command that was refused
  Answer(const std::variant<std::monostate, Some...>& refusal) : is_{widened(refusal)} {}

  [[nodiscard]] const Value* value() const { return std::get_if<Value>(&is_); }
  template <class Why>
  [[nodiscard]] const Why* refused_because() const {
    return std::get_if<Why>(&is_);
  }
  template <class Visitor>
  decltype(auto) visit(Visitor&& visitor) const {
    return std::visit(std::forward<Visitor>(visitor), is_);
  }

 private:
  using Is = std::variant<Value, R...>;
  template <class... Some>
  static Is widened(const std::variant<std::monostate, Some...>& refusal) {
    static_assert((is_one_of<Some, Refusals> && ...),
                  "the use case's answer lacks a refusal of its command");
    return std::visit(
        []<class Why>(const Why& why) -> Is {
          if constexpr (std::same_as<Why, std::monostate>)
            throw std::bad_variant_access{};  // it was accepted: ask refused() first
          else return why;
        },
        refusal);
  }
  Is is_;
};

template <class Command>
struct has_a_rule {
  static_assert(
      requires { &Command::decide; },
      "a command needs its rule: static Decision decide(const Command&, const Aggregate&..., Instant now)");
};

template <class Function>
struct RuleOf;
template <class Decision, class Command, class... Read>
struct RuleOf<Decision (*)(const Command&, Read...)> {
  template <class T>
  using IfAggregate =
      std::conditional_t<std::same_as<T, Instant>, OneOf<>, OneOf<std::remove_cvref_t<T>>>;
  using Aggregates = Merged<IfAggregate<Read>...>;
  static_assert(
      Aggregates::size == (0 + ... + IfAggregate<Read>::size),
      "a rule reads two streams of one aggregate: give each its role, in a command of its own");

  // state(type_identity<A>) gives the state of each aggregate that the rule reads.
  template <class State>
  static Decision decide(const Command& command, Instant now, State&& state) {
    return Command::decide(command, [&]() -> Read {
      if constexpr (std::same_as<Read, Instant>) return now;
      else return state(std::type_identity<std::remove_cvref_t<Read>>{});
    }()...);
  }
};
template <class Command>
using Rule = RuleOf<decltype(&Command::decide)>;

}  // namespace madang::kernel
