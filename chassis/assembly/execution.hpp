#pragma once
// How commands, processes and records run in a turn of the journal. Templates of the assembly; include it
// in a context's assembly page only, through assembly.hpp.
#include "chassis/assembly/checks.hpp"
#include "chassis/assembly/context.hpp"
#include "chassis/forms/form.hpp"

namespace madang::chassis {

// ---- names ---------------------------------------------------------------------------------------

template <class T>
std::string title() {
  return std::string{name_of<T>()};
}
template <class T>
std::string name_as_value() {
  return snake_case(name_of<T>());
}
template <class... T>
std::vector<std::string> titles(OneOf<T...>) {
  return {title<T>()...};
}
// madang::payment::v1::PaymentCaptured is told as madang.payment.v1.PaymentCaptured.
template <class M>
std::string message_type() {
  std::string type;
  for (const char c : full_name<M>())
    if (c != ':') type += c;
    else if (type.back() != '.') type += '.';
  return type;
}
// Of madang.payment.v1.PaymentCaptured: payment.
std::string context_of_message(const std::string& type);

template <class A, class Source>
std::string stream_of(const Source& names_it) {
  return title<A>() + "/" + key_in<typename A::Id>(names_it).text();
}

template <class E>
E read_event(const Context& context, const std::string& type, int schema,
             std::string_view payload) {
  const auto document = context.lifted(type, schema, payload);
  return read_form<E>(document.root());
}

// Stages what is to be stored; its ordinal in the turn.
int append(const Context&, Turn&, OpenStream&, const std::string& type, std::string payload);

// Calls with type_identity<E> of the event called `type`; false when it is none of them.
template <class... E, class Then>
bool for_the_one_named([[maybe_unused]] std::string_view type, OneOf<E...>,
                       [[maybe_unused]] Then&& then) {
  return ((type == name_of<E>() && (then(std::type_identity<E>{}), true)) || ...);
}

// ---- aggregates ----------------------------------------------------------------------------------

// Stages an event of an aggregate, evolves the state, and lets the processes that hear of it meet it.
template <class A, class E>
void happen(const Context& context, Turn& turn, OpenStream& stream, const E& event) {
  static const auto type = title<E>();
  auto& state = stream.as<A>();
  const auto ordinal = append(context, turn, stream, type, encode(event));
  state = A::evolve(std::move(state), event);
  context.tell_processes(type, &event, ordinal, turn);
}

template <class A>
void lapse(const Context& context, Turn& turn, OpenStream& stream) {
  if constexpr (kernel::Lapses<A>) {
    const auto lapsed = A::lapse_due(stream.as<A>(), turn.now());
    for (const auto& one : lapsed)
      kernel::each([&](const auto& event) { happen<A>(context, turn, stream, event); }, one);
  }
}
template <class A>
void arm(Turn& turn, OpenStream& stream) {
  if constexpr (kernel::Lapses<A>) turn.arm(stream, A::next_lapse(stream.as<A>()));
}

template <class A>
std::vector<kernel::Claim<typename kernel::ClaimsOf<A>::Taken>> claims_held(
    const OpenStream& stream) {
  return A::claims(stream.as<A>());
}
template <class Claims>
bool holds(const Claims& claims, const std::string& scope, const std::string& key) {
  for (const auto& claim : claims)
    if (claim.scope == scope && claim.key == key) return true;
  return false;
}
// What the stream owns now and did not before is taken; what it no longer owns is free.
template <class Claims>
void exchange_claims(Turn& turn, const OpenStream& stream, const Claims& before,
                     const Claims& after) {
  for (const auto& claim : before)
    if (!holds(after, claim.scope, claim.key)) turn.drop_claim(claim.scope, claim.key);
  for (const auto& claim : after)
    if (!holds(before, claim.scope, claim.key))
      turn.take_claim(claim.scope, claim.key, stream.name);
}

template <class A>
std::unique_ptr<StreamType> stream_type_of(const Context& context) {
  auto type = std::make_unique<StreamType>();
  type->name = title<A>();
  type->shape = shape_of<A>();
  type->empty = [] { return std::make_shared<A>(); };
  type->evolve = [&context](void* state, const StoredEvent& event) {
    auto& is = *static_cast<A*>(state);
    const bool known =
        for_the_one_named(event.type, typename A::Events{}, [&]<class E>(std::type_identity<E>) {
          is = A::evolve(std::move(is),
                         read_event<E>(context, event.type, event.schema, event.payload));
        });
    if (!known) throw Corrupt{"an event of an unknown type: " + event.type};
  };
  type->encode = [](const void* state) { return encode(*static_cast<const A*>(state)); };
  type->decode = [](std::string_view json) { return std::make_shared<A>(decode<A>(json)); };
  type->on_time = [&context, self = type.get()](Turn& turn, const std::string& name) {
    auto& stream = turn.open(*self, name);
    if constexpr (kernel::Claims<A>) {
      const auto before = claims_held<A>(stream);
      lapse<A>(context, turn, stream);
      exchange_claims(turn, stream, before, claims_held<A>(stream));
    } else {
      lapse<A>(context, turn, stream);
    }
    arm<A>(turn, stream);
  };
  return type;
}

// ---- commands ------------------------------------------------------------------------------------

template <class C, class Aggregates, class Decision>
class Executor;
template <class C, class... A, class... E, class... R>
class Executor<C, OneOf<A...>, kernel::Decision<OneOf<E...>, OneOf<R...>>> final : public Rule {
 public:
  using Decision = typename C::Decision;
  static_assert((is_one_of<E, Merged<typename A::Events...>> && ...),
                "an event in Then<...> belongs to none of the aggregates that the rule reads");

  explicit Executor(const Context& context)
      : context_{context}, types_{&context.stream_type(title<A>())...} {
    static_cast<void>((sizeof(claims_of_command<C, A>) + ... + 0));
  }

  Verdict decide(const void* given, Turn& turn) const override {
    const auto& command = *static_cast<const C*>(given);
    return decide(command, turn, std::index_sequence_for<A...>{});
  }

  std::shared_ptr<void> recall(const Outcome& outcome,
                               const std::vector<StoredEvent>& events) const override {
    auto decision = std::make_shared<Decision>(kernel::then());
    static_cast<void>(
        ((outcome.refusal == slug_of<R>() && (*decision = kernel_refusal<R>(outcome), true)) ||
         ...));
    for (const auto& event : events)
      for_the_one_named(event.type, OneOf<E...>{}, [&]<class F>(std::type_identity<F>) {
        decision->add(read_event<F>(context_, event.type, event.schema, event.payload));
      });
    return decision;
  }

  std::string name() const override { return title<C>(); }
  static std::string target(const C& command) {
    return std::vector<std::string>{stream_of<A>(command)...}.front();
  }
  static std::vector<std::string> places() { return {title<A>()...}; }
  static std::vector<std::string> results() {
    std::vector<std::string> all{title<E>()...};
    (all.push_back("! " + slug_of<R>()), ...);
    return all;
  }

  // What a policy or process says to an outcome: nothing, or why it is parked.
  template <class... Said>
  static std::optional<std::string> reason_to_park(const Decision& decision) {
    return std::visit(
        []<class Why>(const Why&) -> std::optional<std::string> {
          if constexpr (std::same_as<Why, std::monostate> || (says_ignore<Why, Said> || ...))
            return std::nullopt;
          else return title<C>() + " was refused: " + slug_of<Why>();
        },
        decision.refusal());
  }
  template <class Heard, class... Said>
  static constexpr void demand_dispositions() {
    (demand_one<R, Heard, Said...>(), ...);
  }

 private:
  template <class Why, class Heard, class... Said>
  static constexpr void demand_one() {
    if constexpr (!is_one_of<Why, Heard>) static_cast<void>(sizeof(when_refused<C, Why, Said...>));
  }
  template <class Why>
  static Decision kernel_refusal(const Outcome& outcome) {
    return decode<Why>(outcome.why);
  }

  template <std::size_t... i>
  Verdict decide(const C& command, Turn& turn, std::index_sequence<i...>) const {
    const std::array<OpenStream*, sizeof...(A)> streams{
        &turn.open(*types_[i], stream_of<A>(command))...};
    auto before = std::tuple{claims_of<A>(*streams[i])...};
    (lapse<A>(context_, turn, *streams[i]), ...);
    turn.begin_own_events();
    const auto state = [&]<class Read>(std::type_identity<Read>) -> const Read& {
      const Read* found = nullptr;
      ((std::same_as<Read, A> ? void(found = &streams[i]->template as<Read>()) : void()), ...);
      return *found;
    };
    auto decision = std::make_shared<Decision>(kernel::Rule<C>::decide(command, turn.now(), state));
    if (!decision->refused()) (refuse_taken_claims<A>(turn, *streams[i], *decision), ...);
    if (!decision->refused()) refuse_taken_claims_of_command(turn, command, *decision);
    if (!decision->refused()) {
      for (const auto& event : decision->events())
        kernel::each([&](const auto& e) { (happen_if_its_own<A>(turn, *streams[i], e), ...); },
                     event);
      if (!decision->events().empty()) take_claims_of_command(turn, command);
      if constexpr (requires { C::frees_claims; })
        if (!decision->events().empty()) turn.drop_claims_of(*streams.front());
    }
    (exchange_if_claims<A>(turn, *streams[i], std::get<i>(before)), ...);
    (arm<A>(turn, *streams[i]), ...);
    return verdict_of(std::move(decision));
  }

  static Verdict verdict_of(std::shared_ptr<Decision> decision) {
    Verdict verdict;
    std::visit(
        [&]<class Why>(const Why& why) {
          if constexpr (!std::same_as<Why, std::monostate>) {
            verdict.refusal = slug_of<Why>();
            verdict.why = encode(why);
          }
        },
        decision->refusal());
    verdict.decision = std::move(decision);
    return verdict;
  }

  template <class Aggregate, class Event>
  void happen_if_its_own(Turn& turn, OpenStream& stream, const Event& event) const {
    if constexpr (is_one_of<Event, typename Aggregate::Events>)
      happen<Aggregate>(context_, turn, stream, event);
  }

  template <class Aggregate>
  static auto claims_of(const OpenStream& stream) {
    if constexpr (kernel::Claims<Aggregate>) return claims_held<Aggregate>(stream);
    else return 0;
  }
  template <class Aggregate, class Before>
  static void exchange_if_claims(Turn& turn, const OpenStream& stream, const Before& before) {
    if constexpr (kernel::Claims<Aggregate>)
      exchange_claims(turn, stream, before, claims_held<Aggregate>(stream));
  }

  // Looks ahead on a copy of the state, since a refused command must leave no event behind.
  template <class Aggregate>
  static void refuse_taken_claims(Turn& turn, const OpenStream& stream, Decision& decision) {
    if constexpr (kernel::Claims<Aggregate>) {
      auto after = stream.as<Aggregate>();
      bool changed = false;
      for (const auto& event : decision.events())
        kernel::each(
            [&]<class F>(const F& e) {
              if constexpr (is_one_of<F, typename Aggregate::Events>) {
                after = Aggregate::evolve(std::move(after), e);
                changed = true;
              }
            },
            event);
      if (changed) refuse_if_taken(turn, Aggregate::claims(after), stream.name, decision);
    }
  }
  static void refuse_taken_claims_of_command(Turn& turn, const C& command, Decision& decision) {
    if constexpr (requires { C::claims(command); })
      if (!decision.events().empty())
        refuse_if_taken(turn, C::claims(command), target(command), decision);
  }
  template <class Claims>
  static void refuse_if_taken(Turn& turn, const Claims& claims, const std::string& stream,
                              Decision& decision) {
    using Taken = std::remove_cvref_t<decltype(claims.front().refusal)>;
    if constexpr (is_one_of<Taken, OneOf<R...>>) {
      for (const auto& claim : claims) {
        const auto owner = turn.claim_owner(claim.scope, claim.key);
        if (owner && *owner != stream) decision = claim.refusal;
      }
    }
  }
  static void take_claims_of_command(Turn& turn, const C& command) {
    if constexpr (requires { C::claims(command); })
      for (const auto& claim : C::claims(command))
        turn.take_claim(claim.scope, claim.key, target(command));
  }

  const Context& context_;
  std::array<const StreamType*, sizeof...(A)> types_;
};
template <class C>
using ExecutorOf = Executor<C, typename kernel::Rule<C>::Aggregates, typename C::Decision>;

// ---- processes -----------------------------------------------------------------------------------

// The state of a process instance, as its stream holds it: the last record's. Its events are records:
//   {"on": input, "state": {...}, "asked": [commands], "told": [messages]}
template <class P>
struct Instance {
  std::optional<typename P::Step::State> state;  // nothing: it has not begun
};

template <class P>
struct ProcessRunner {
  using Step = typename P::Step;
  using State = typename Step::State;

  static const std::string& name() {
    static const auto text = name_as_value<P>();
    return text;
  }
  static const std::string& record_type() {
    static const auto text = name() + ".Stepped";
    return text;
  }
  static std::string stream(const typename P::Key& key) { return name() + "/" + key.text(); }

  static std::unique_ptr<StreamType> type(const Context& context) {
    auto type = std::make_unique<StreamType>();
    type->name = name();
    type->shape = shape_of<State>();
    type->empty = [] { return std::make_shared<Instance<P>>(); };
    type->evolve = [&context](void* state, const StoredEvent& event) {
      const auto record = context.lifted(event.type, event.schema, event.payload);
      static_cast<Instance<P>*>(state)->state = read_form<State>(record.root()["state"]);
    };
    type->encode = [](const void* state) {
      return encode(static_cast<const Instance<P>*>(state)->state);
    };
    type->decode = [](std::string_view json) {
      return std::make_shared<Instance<P>>(
          Instance<P>{chassis::decode<std::optional<State>>(json)});
    };
    type->on_time = [&context, self = type.get()](Turn& turn, const std::string& stream) {
      feed(context, turn, turn.open(*self, stream), TimeIsUp{});
    };
    return type;
  }

  // Gives an input to an instance; false: it is to be parked, since no such process is there.
  template <class Input>
  static bool feed(const Context& context, Turn& turn, OpenStream& stream, const Input& input) {
    auto& state = stream.as<Instance<P>>().state;
    std::optional<Step> step;
    if (!state) {
      if constexpr (Starts<P, Input>) step = start_process<P>(input, turn.now());
      else if constexpr (is_one_of<Input, ParkedWhenMissingOf<P>>) return false;
    } else {
      std::visit(
          [&]<class S>(const S& is) {
            if constexpr (!std::same_as<S, typename P::Done>)
              if constexpr (Handles<P, S, Input>) step = step_process<P>(is, input, turn.now());
          },
          *state);
    }
    if (step) record<Input>(context, turn, stream, std::move(*step));
    arm(turn, stream);
    return true;
  }

 private:
  template <class Input>
  static void record(const Context& context, Turn& turn, OpenStream& stream, Step step) {
    std::string json;
    JsonWriter to{json};
    to.begin_object();
    to.member("on");
    to.text(name_of<Input>());
    to.member("state");
    write_form(to, step.state);
    to.member("asked");
    write_form(to, step.asked);
    to.member("told");
    write_form(to, step.told);
    to.end_object();
    append(context, turn, stream, record_type(), std::move(json));
    stream.as<Instance<P>>().state = std::move(step.state);
  }
  static void arm(Turn& turn, OpenStream& stream) {
    const auto& state = stream.as<Instance<P>>().state;
    if (!state) return;
    turn.arm(stream, std::visit(
                         []<class S>(const S& is) -> std::optional<Instant> {
                           if constexpr (std::same_as<S, typename P::Done>) return std::nullopt;
                           else return is.deadline();
                         },
                         *state));
  }
};

// An input on its way to an instance: a message that was heard, or a refusal of what it asked for.
template <class Input>
struct Fed {
  std::string stream;
  Input input;
};
struct FedOutcome {
  bool missing;
};
template <class P, class Input>
class FeedRule final : public Rule {
 public:
  explicit FeedRule(const Context& context)
      : context_{context}, type_{context.stream_type(ProcessRunner<P>::name())} {}
  Verdict decide(const void* given, Turn& turn) const override {
    const auto& fed = *static_cast<const Fed<Input>*>(given);
    auto& stream = turn.open(type_, fed.stream);
    if (ProcessRunner<P>::feed(context_, turn, stream, fed.input)) return {};
    return {nullptr, "no-such-process", "{}"};
  }
  std::shared_ptr<void> recall(const Outcome&, const std::vector<StoredEvent>&) const override {
    return nullptr;
  }
  std::string name() const override {
    return ProcessRunner<P>::name() + " meets " + std::string{name_of<Input>()};
  }

 private:
  const Context& context_;
  const StreamType& type_;
};

// ---- records -------------------------------------------------------------------------------------

// A message kept in the own log as it was heard, in a stream per stream that it came from.
struct Heard {
  std::string stream, type, payload;
};
class RecordRule final : public Rule {
 public:
  explicit RecordRule(const Context& context)
      : context_{context}, type_{context.stream_type("heard")} {}
  Verdict decide(const void* given, Turn& turn) const override;
  std::shared_ptr<void> recall(const Outcome&, const std::vector<StoredEvent>&) const override;
  std::string name() const override { return "record"; }

 private:
  const Context& context_;
  const StreamType& type_;
};
std::unique_ptr<StreamType> heard_stream_type();

}  // namespace madang::chassis
