#pragma once
// given(events...).at(now).when(command).then(events...)   or   .then_refused(because::...)
// The streams that the command names are folded from those of the given events that are theirs.
//
// in<Process>(state).at(now).hearing(input).goes_to(state).asks(commands...).tells(messages...)
// starting<Process>().at(now).hearing(input)....
#include "chassis/forms/form.hpp"
#include "chassis/ports/parts.hpp"
#include "kernel/aggregate.hpp"
#include "kernel/decision.hpp"
#include <algorithm>
#include <gtest/gtest.h>
#include <tuple>

namespace madang::testing {

using kernel::Instant, kernel::is_one_of, kernel::OneOf;

template <class E>
std::string shown(const E& event) {
  return " " + std::string{chassis::name_of<E>()} + chassis::encode(event);
}
template <class... E>
std::string shown(const std::variant<E...>& event) {
  return std::visit(
      []<class Is>(const Is& is) {
        if constexpr (std::same_as<Is, std::monostate>) return std::string{};
        else return shown(is);
      },
      event);
}
template <class List>
std::string shown_all(const List& events) {
  std::string all;
  for (const auto& event : events) all += shown(event);
  return all;
}

template <class Decision>
class Outcome {
 public:
  explicit Outcome(Decision decision) : decision_{std::move(decision)} {}
  template <class... Expected>
  void then(const Expected&... expected) const {
    EXPECT_EQ(shown_all(decision_.events()), ("" + ... + shown(expected)));
    EXPECT_EQ(shown(decision_.refusal()), "");
  }
  template <class Why>
  void then_refused(const Why& why) const {
    static_assert(is_one_of<Why, typename Decision::Refusals>,
                  "this command is never refused for that reason");
    EXPECT_EQ(shown(decision_.refusal()), shown(why))
        << "it led to:" << shown_all(decision_.events());
  }

 private:
  Decision decision_;
};

template <class... Past>
class Given {
 public:
  explicit Given(const Past&... past) : past_{past...} {}
  [[nodiscard]] Given at(Instant now) const {
    auto later = *this;
    later.now_ = now;
    return later;
  }
  template <class Command>
  [[nodiscard]] auto when(const Command& command) const {
    return decided(command, typename kernel::Rule<Command>::Aggregates{});
  }
  // The aggregate as it stands after the events, and after what time alone brought about.
  template <class A>
  [[nodiscard]] A folded() const {
    A state{};
    std::apply([&](const auto&... event) { (fold(state, event), ...); }, past_);
    if constexpr (kernel::Lapses<A>)
      for (const auto& lapsed : A::lapse_due(state, now_))
        kernel::each([&](const auto& event) { fold(state, event); }, lapsed);
    return state;
  }

 private:
  template <class Command, class... A>
  auto decided(const Command& command, OneOf<A...>) const {
    const std::tuple<A...> states{folded<A>()...};
    return Outcome{kernel::Rule<Command>::decide(
        command, now_, [&]<class Read>(std::type_identity<Read>) -> const Read& {
          return std::get<Read>(states);
        })};
  }
  template <class A, class E>
  static void fold(A& state, const E& event) {
    if constexpr (is_one_of<E, typename A::Events>) state = A::evolve(std::move(state), event);
  }
  std::tuple<Past...> past_;
  Instant now_{};
};

template <class... Past>
[[nodiscard]] Given<Past...> given(const Past&... past) {
  return Given<Past...>{past...};
}

template <class Step>
class Stepped {
 public:
  explicit Stepped(Step step) : step_{std::move(step)} {}
  template <class State>
  const Stepped& goes_to(const State& state) const {
    EXPECT_EQ(shown(step_.state), shown(state));
    return *this;
  }
  template <class... Command>
  const Stepped& asks(const Command&... command) const {
    EXPECT_EQ(shown_all(step_.asked), ("" + ... + shown(command)));
    return *this;
  }
  template <class... Message>
  const Stepped& tells(const Message&... message) const {
    EXPECT_EQ(shown_all(step_.told), ("" + ... + shown(message)));
    return *this;
  }

 private:
  Step step_;
};

template <class P, class State>
class InState {
 public:
  explicit InState(State state) : state_{std::move(state)} {}
  [[nodiscard]] InState at(Instant now) const {
    auto later = *this;
    later.now_ = now;
    return later;
  }
  template <class Input>
  Stepped<typename P::Step> hearing(const Input& input) const {
    return Stepped{chassis::step_process<P>(state_, input, now_)};
  }

 private:
  State state_;
  Instant now_{};
};
template <class P, class State>
[[nodiscard]] InState<P, State> in(State state) {
  return InState<P, State>{std::move(state)};
}

template <class P>
class Starting {
 public:
  [[nodiscard]] Starting at(Instant now) const {
    auto later = *this;
    later.now_ = now;
    return later;
  }
  template <class Input>
  Stepped<typename P::Step> hearing(const Input& input) const {
    return Stepped{chassis::start_process<P>(input, now_)};
  }

 private:
  Instant now_{};
};
template <class P>
[[nodiscard]] Starting<P> starting() {
  return {};
}

// Ids and moments for examples: the same name is the same id.
template <class Id>
[[nodiscard]] Id named(std::string_view name) {
  kernel::IdBytes bytes{};
  std::copy_n(name.begin(), std::min(name.size(), bytes.size()), bytes.begin());
  return Id{bytes};
}
constexpr Instant july(unsigned day) {
  return std::chrono::sys_days{std::chrono::year{2026} / 7 / std::chrono::day{day}};
}

}  // namespace madang::testing
