#pragma once
// Processes: what they hear, what comes of the commands that they ask for, and what they tell.
#include "chassis/assembly/publishing.hpp"
#include <algorithm>

namespace madang::chassis::detail {

template <class Words>
class Processes : public Part<Words> {
  using Base = Part<Words>;
  using Base::context_;
  template <class T>
  static constexpr bool is_own_event = Base::template is_own_event<T>;
  template <class T>
  static constexpr bool is_message = Base::template is_message<T>;
  template <class T>
  static constexpr bool is_known = Base::template is_known<T>;
  template <class T>
  static constexpr bool is_command = Base::template is_command<T>;
  template <class T>
  using Executed = ExecutorOf<T>;

 public:
  using Base::Base;

  template <class P, class... Said, class... I, class... Asked, class... Told>
  void process(OneOf<I...>, OneOf<Asked...>, OneOf<Told...>) {
    static_assert((is_command<Asked> && ...),
                  "a process asks for a command that this context does not take");
    static_assert(
        ((is_known<I> || is_one_of<I, kernel::RefusalsOf<Asked...>>) && ...),
        "a process waits for what is neither an event, nor a message heard, nor a refusal of what it asks for");
    (Executed<Asked>::template demand_dispositions<OneOf<I...>, Said...>(), ...);
    demand_cases<P, I..., TimeIsUp>(std::type_identity<typename P::Step::State>{});
    using Runner = ProcessRunner<P>;
    const auto& name = Runner::name();
    context_.stream_types.emplace(name, Runner::type(context_));
    keep_golden<P>(std::type_identity<typename P::Step::State>{});
    (hear_input<P, I>(), ...);
    consume_record<P, OneOf<I...>, Said...>(OneOf<Asked...>{});
    publish_told<P>(OneOf<Told...>{});
    auto out = titles(typename P::Step::Commands{});
    for (const auto& told : titles(typename P::Step::Messages{})) out.push_back("~ " + told);
    stick(context_, "process", name, {title<I>()..., "TimeIsUp"}, std::move(out));
  }

 private:
  template <class P, class... I, class... S>
  static constexpr void demand_cases(std::type_identity<std::variant<S...>>) {
    (demand_inputs<P, S, I...>(), ...);
  }
  template <class P, class S, class... I>
  static constexpr void demand_inputs() {
    if constexpr (!std::same_as<S, typename P::Done>) {
      static_cast<void>(sizeof(process_state<S>));
      static_cast<void>((sizeof(process_in_state<P, S, I>) + ... + 0));
    }
  }
  template <class P, class... S>
  void keep_golden(std::type_identity<std::variant<S...>>) {
    (context_.golden.emplace_back(name_as_value<P>() + "." + title<S>(), encode(sample<S>())), ...);
  }

  template <class P, class I>
  void hear_input() {
    using Runner = ProcessRunner<P>;
    auto* context = &context_;
    if constexpr (is_known<I>) static_cast<void>(sizeof(process_when_missing<P, I>));
    if constexpr (is_own_event<I>) {
      static_assert(
          !is_one_of<I, ParkedWhenMissingOf<P>>,
          "an own event reaches the process in its own turn and cannot be parked: IgnoredWhenMissing");
      context->processes_meeting[title<I>()].push_back(
          [context](const void* event, const Digest128&, const Cause&, Turn& turn) {
            const auto& input = *static_cast<const I*>(event);
            auto& stream = turn.open(context->stream_type(Runner::name()),
                                     Runner::stream(key_in<typename P::Key>(input)));
            Runner::feed(*context, turn, stream, input);
          });
    } else if constexpr (is_message<I>) {
      const auto* rule = feed_rule<P, I>();
      this->template consume<I>(
          Runner::name(),
          [](const I& input) { return Runner::stream(key_in<typename P::Key>(input)); },
          [context, rule](const I& input, const Delivery& in) {
            return std::vector{feed<P>(*context, rule,
                                       Runner::stream(key_in<typename P::Key>(input)), input,
                                       in.identity, in.cause)};
          });
    }
  }
  template <class P, class I>
  const Rule* feed_rule() {
    context_.inner_rules.push_back(std::make_unique<FeedRule<P, I>>(context_));
    return context_.inner_rules.back().get();
  }
  template <class P, class I>
  static Give feed(const Context& context, const Rule* rule, const std::string& stream,
                   const I& input, const Digest128& caused_by, const Cause& cause) {
    CommandId id{
        digest128({"feed", context.name(), ProcessRunner<P>::name(), name_of<I>(), caused_by}),
        stream,
        {},
        cause};
    return {rule, std::make_shared<Fed<I>>(Fed<I>{stream, input}), std::move(id),
            [](const Result& result) {
              if (!result.refused) return Give::Settled{};
              return Give::Settled{
                  std::string{name_of<I>()} + " came for a process that is not there", {}};
            }};
  }

  // The process's own records: what it asked for is given, and refusals that are its inputs come back.
  template <class P, class Inputs, class... Said, class... Asked>
  void consume_record(OneOf<Asked...>) {
    using Runner = ProcessRunner<P>;
    auto* context = &context_;
    using FeedRules = std::map<std::string, const Rule*>;
    FeedRules feed_rules;
    (add_feed_rules<P, Inputs>(feed_rules, typename Asked::Decision::Refusals{}), ...);
    auto& all = context->consumers;
    Consumer outputs{Runner::name() + " outputs", {}, {""}};
    outputs.by_type[Runner::record_type()] = {
        [](const Delivery& in) { return in.stream; },
        [context, feed_rules](const Delivery& in) {
          const auto record = context->lifted(in.type, in.schema, in.payload);
          const auto asked = record.root()["asked"];
          std::vector<Give> gives;
          for (std::size_t i = 0; i < asked.size(); ++i)
            static_cast<void>(((asked.at(i)["is"].text() == name_of<Asked>() &&
                                (gives.push_back(give_asked<P, Inputs, Asked, Said...>(
                                     *context, feed_rules, read_form<Asked>(asked.at(i)), in, i)),
                                 true)) ||
                               ...));
          return gives;
        }};
    all.push_back(std::move(outputs));
  }
  template <class P, class Inputs, class... R>
  void add_feed_rules(std::map<std::string, const Rule*>& rules, OneOf<R...>) {
    (add_feed_rule<P, Inputs, R>(rules), ...);
  }
  template <class P, class Inputs, class Why>
  void add_feed_rule(std::map<std::string, const Rule*>& rules) {
    if constexpr (is_one_of<Why, Inputs>)
      if (!rules.contains(title<Why>())) rules[title<Why>()] = feed_rule<P, Why>();
  }
  template <class P, class Inputs, class Asked, class... Said>
  static Give give_asked(const Context& context,
                         const std::map<std::string, const Rule*>& feed_rules, Asked command,
                         const Delivery& in, std::size_t ordinal) {
    CommandId id{
        digest128({"process", context.name(), ProcessRunner<P>::name(), in.identity, ordinal}),
        Executed<Asked>::target(command),
        {},
        in.cause};
    const auto caused_by = id.id;
    auto settle = [&context, feed_rules, stream = in.stream, cause = in.cause,
                   caused_by](const Result& result) {
      Give::Settled settled;
      const auto& decision = *std::static_pointer_cast<typename Asked::Decision>(result.decision);
      std::visit(
          [&]<class Why>(const Why& why) {
            if constexpr (is_one_of<Why, Inputs>)
              settled.next.push_back(
                  feed<P>(context, feed_rules.at(title<Why>()), stream, why, caused_by, cause));
            else settled.park = Executed<Asked>::template reason_to_park<Said...>(decision);
          },
          decision.refusal());
      return settled;
    };
    return {context.rules.at(typeid(Asked)).get(), std::make_shared<Asked>(std::move(command)),
            std::move(id), std::move(settle)};
  }
  template <class P, class... Told>
  void publish_told(OneOf<Told...>) {
    if constexpr (sizeof...(Told) > 0) {
      auto tell = [](const Delivery& in) {
        const auto record = JsonDocument::stored(in.payload);
        const auto told = record.root()["told"];
        std::vector<Message> messages;
        for (std::size_t i = 0; i < told.size(); ++i)
          static_cast<void>(((told.at(i)["is"].text() == name_of<Told>() &&
                              (messages.push_back(message_of(in, i, message_type<Told>(),
                                                             encode(read_form<Told>(told.at(i))))),
                               true)) ||
                             ...));
        return messages;
      };
      context_.published[ProcessRunner<P>::record_type()] = {{message_type<Told>()...}, tell};
      (stick(context_, "message out", message_type<Told>(), {ProcessRunner<P>::name()}, {}), ...);
    }
  }
};

}  // namespace madang::chassis::detail
