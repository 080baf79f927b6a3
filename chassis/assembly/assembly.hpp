#pragma once
// How a context is put together: one expression that is its table of contents. Everything is checked while
// it compiles: each command has its rule, each event its evolve, each consumer every case. Include it in a
// context's assembly page only; all templates of the context are instantiated there.
#include "chassis/assembly/policies.hpp"
#include "chassis/assembly/processes.hpp"
#include "chassis/assembly/projections.hpp"
#include "chassis/assembly/publishing.hpp"

namespace madang::chassis {

// Makes a command or message of the fields that the event has under the same names.
template <class To>
struct GiveFrom {
  template <class Event>
  To operator()(const Event& event) const {
    return same_fields<To>(event);
  }
};
template <class Message, class... Events>
struct As {
  template <class Event>
    requires is_one_of<Event, OneOf<Events...>>
  Message operator()(const Event& event) const {
    return same_fields<Message>(event);
  }
};
template <class... Events>
struct KeepsPrivate {
  template <class Event>
    requires is_one_of<Event, OneOf<Events...>>
  void operator()(const Event&) const {}
};
// The contexts that give a command on the bus: takes<CancelPayment>(From{{"rental", "order"}}).
struct From {
  std::set<std::string> contexts;
};
template <class... Events>
inline constexpr Whenever<Events...> whenever{};
template <class... Refusals>
inline constexpr Ignore<Refusals...> ignore{};
template <class... Refusals>
inline constexpr Park<Refusals...> park{};
template <class Command>
inline constexpr GiveFrom<Command> give{};
template <class Message, class... Events>
inline constexpr As<Message, Events...> as{};
template <class... Events>
inline constexpr KeepsPrivate<Events...> keeps_private{};

namespace detail {
template <class... Maps>
struct Overloads : Maps... {
  using Maps::operator()...;
};
}  // namespace detail

template <class Aggregates, class Heard, class Commands>
class Assembly;
template <class... A, class... M, class... C>
class [[nodiscard]] Assembly<OneOf<A...>, OneOf<M...>, OneOf<C...>> {
  using Words = detail::Vocabulary<OneOf<A...>, OneOf<M...>, OneOf<C...>>;

 public:
  explicit Assembly(std::unique_ptr<Context> context) : context_{std::move(context)} {}

  template <class... More>
  auto aggregates() && {
    (aggregate<More>(typename More::Events{}), ...);
    return Assembly<OneOf<A..., More...>, OneOf<M...>, OneOf<C...>>{std::move(context_)};
  }
  template <class... More>
  auto hears() && {
    (detail::stick(*context_, "message in", message_type<More>(), {}, {}), ...);
    return Assembly<OneOf<A...>, OneOf<M..., More...>, OneOf<C...>>{std::move(context_)};
  }
  // Commands on the bus: messages of this context's own contract, which those contexts tell.
  template <class... More>
  auto takes(const From& from) && {
    (context_->told_by.emplace(message_type<More>(), from.contexts), ...);
    return std::move(*this).template hears<More...>();
  }
  template <class... More>
  auto commands() && {
    (command<More>(), ...);
    return Assembly<OneOf<A...>, OneOf<M...>, OneOf<C..., More...>>{std::move(context_)};
  }

  // Stored events, and recorded messages, of schema `from` are lifted to from + 1 when they are read.
  template <class Event>
  Assembly&& upcast(int from, std::function<void(JsonDocument&)> lift) && {
    context_->upcasters[type_of<Event>()].push_back({from, std::move(lift)});
    return std::move(*this);
  }

  // The release that first reads a new form still stores the one before it: so it can be gone back to, and back
  // from, while the next release writes the new one. It names the same event as an upcast before it.
  template <class Event>
  Assembly&& still_writes(int to, std::function<void(JsonDocument&)> lower) && {
    const auto type = type_of<Event>();
    CHECK(context_->schema_of(type) == to + 1, "the form before the newest is still written");
    context_->still_written[type] = {to, std::move(lower)};
    return std::move(*this);
  }

  // Its signature says which commands it gives and which ports it calls.
  template <auto function>
  Assembly&& use_case() && {
    detail::Policies<Words>{*context_}.use_case(std::string{name_of_function<function>()},
                                                function);
    return std::move(*this);
  }

  // whenever<Event, ...>, then the commands that the function makes of it.
  template <class... On, class Then, class... Said>
  Assembly&& policy(const std::string& name, Whenever<On...>, Then then, Said...) && {
    detail::Policies<Words>{*context_}.template policy<On...>(name, then, OneOf<Said...>{});
    return std::move(*this);
  }

  // whenever<Event, ...>, a use case that calls the outside.
  template <auto function, class... On>
  Assembly&& reaction(Whenever<On...>) && {
    detail::Policies<Words>{*context_}.template reaction<On...>(
        std::string{name_of_function<function>()}, function);
    return std::move(*this);
  }

  template <class P, class... Said>
  Assembly&& process(Said...) && {
    detail::Processes<Words>{*context_}.template process<P, Said...>(
        typename P::Inputs{}, typename P::Step::Commands{}, typename P::Step::Messages{});
    return std::move(*this);
  }

  // Keeps the messages in the own log, so that read models can be made of them again.
  template <class... Kept>
  Assembly&& records() && {
    detail::Projections<Words>{*context_}.template records<Kept...>();
    return std::move(*this);
  }

  template <class P>
  Assembly&& projection() && {
    detail::Projections<Words>{*context_}.template projection<P>(
        typename detail::EventsOf<ReadsOf<P>>::type{}, HearsOf<P>{});
    return std::move(*this);
  }

  template <class Query, class... P>
  Assembly&& query(typename Query::Result (*answer)(const Query&, const Rows<P>&...)) && {
    detail::Projections<Words>{*context_}.query(answer);
    return std::move(*this);
  }

  // What a person takes along of this context, and whoever holds something about people has one.
  template <class About, class... P>
  Assembly&& personal_data(typename About::Result (*held)(const About&, const Rows<P>&...)) && {
    detail::Projections<Words>{*context_}.personal_data(held);
    return std::move(*this);
  }

  template <class... Maps>
  Assembly&& publishes(Maps... maps) && {
    detail::Publishing<Words>{*context_}.publishes(typename Words::Events{},
                                                   detail::Overloads<Maps...>{maps...});
    return std::move(*this);
  }

  [[nodiscard]] std::unique_ptr<Context> done() && { return std::move(context_); }

 private:
  template <class Event>
  static std::string type_of() {
    if constexpr (is_one_of<Event, OneOf<M...>>) return message_type<Event>();
    else return title<Event>();
  }

  template <class Aggregate, class... E>
  void aggregate(OneOf<E...>) {
    static_assert((kernel::evolve_of<Aggregate, E>::is_there && ...));
    context_->stream_types.emplace(title<Aggregate>(), stream_type_of<Aggregate>(*context_));
    (context_->golden.emplace_back(title<E>(), encode(sample<E>())), ...);
    context_->is_about_people |= (is_about_someone<E> || ...);
    detail::stick(*context_, "aggregate", title<Aggregate>(), {}, {title<E>()...});
  }

  template <class Command>
  void command() {
    static_cast<void>(sizeof(kernel::has_a_rule<Command>));
    context_->rules.emplace(typeid(Command), std::make_unique<ExecutorOf<Command>>(*context_));
    detail::stick(*context_, "command", title<Command>(), ExecutorOf<Command>::places(),
                  ExecutorOf<Command>::results());
    detail::note_slugs(*context_, typename Command::Decision::Refusals{});
  }

  std::unique_ptr<Context> context_;
};

[[nodiscard]] inline auto context(std::string name) {
  return Assembly<OneOf<>, OneOf<>, OneOf<>>{std::make_unique<Context>(std::move(name))};
}

}  // namespace madang::chassis
