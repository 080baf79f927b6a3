#pragma once
// How a context is put together: one expression that is its table of contents. Everything is checked while
// it compiles: each command has its rule, each event its evolve, each consumer every case. Include it in a
// context's assembly page only; all templates of the context are instantiated there.
#include "chassis/assembly/execution.hpp"
#include "chassis/ports/rows.hpp"
#include <algorithm>

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
template <class T>
struct CommandsMade {  // by a policy's function: one, perhaps one, or some
  using Command = T;
  static std::vector<T> list(T command) { return {std::move(command)}; }
};
template <class T>
struct CommandsMade<std::optional<T>> {
  using Command = T;
  static std::vector<T> list(std::optional<T> command) {
    if (!command) return {};
    return {std::move(*command)};
  }
};
template <class T>
struct CommandsMade<std::vector<T>> {
  using Command = T;
  static std::vector<T> list(std::vector<T> commands) { return commands; }
};
template <class... Maps>
struct Overloads : Maps... {
  using Maps::operator()...;
};
}  // namespace detail

template <class Aggregates, class Heard, class Commands>
class Assembly;
template <class... A, class... M, class... C>
class [[nodiscard]] Assembly<OneOf<A...>, OneOf<M...>, OneOf<C...>> {
  using Events = Merged<typename A::Events...>;
  template <class T>
  static constexpr bool is_own_event = is_one_of<T, Events>;
  template <class T>
  static constexpr bool is_message = is_one_of<T, OneOf<M...>>;
  template <class T>
  static constexpr bool is_known = is_own_event<T> || is_message<T>;

 public:
  explicit Assembly(std::unique_ptr<Context> context) : context_{std::move(context)} {}

  template <class... More>
  auto aggregates() && {
    (aggregate<More>(typename More::Events{}), ...);
    return Assembly<OneOf<A..., More...>, OneOf<M...>, OneOf<C...>>{std::move(context_)};
  }
  template <class... More>
  auto hears() && {
    (stick("message in", message_type<More>(), {}, {}), ...);
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

  // Stored events of schema `from` are lifted to from + 1 when they are read.
  template <class Event>
  Assembly&& upcast(int from, std::function<void(JsonDocument&)> lift) && {
    context_->upcasters[title<Event>()].push_back({from, std::move(lift)});
    return std::move(*this);
  }

  // Its signature says which commands it gives and which ports it calls.
  template <auto function>
  Assembly&& use_case() && {
    use_case_of(std::string{name_of_function<function>()}, function);
    return std::move(*this);
  }

  // whenever<Event, ...>, then the commands that the function makes of it.
  template <class... On, class Then, class... Said>
  Assembly&& policy(const std::string& name, Whenever<On...>, Then then, Said...) && {
    static_assert((is_known<On> && ...),
                  "a policy waits for what is neither an event of this context nor a message that it hears");
    (policy_on<On, Then, Said...>(name, then), ...);
    stick("policy", name, {title<On>()...}, unique({title<Commanded<Then, On>>()...}));
    return std::move(*this);
  }

  // whenever<Event, ...>, a use case that calls the outside.
  template <auto function, class... On>
  Assembly&& reaction(Whenever<On...>) && {
    static_assert((is_own_event<On> && ...), "a reaction waits for an event of this context");
    (reaction_on<On>(std::string{name_of_function<function>()}, function), ...);
    return std::move(*this);
  }

  template <class P, class... Said>
  Assembly&& process(Said...) && {
    process_checked<P, Said...>(typename P::Inputs{}, typename P::Step::Commands{},
                                typename P::Step::Messages{});
    return std::move(*this);
  }

  // Keeps the messages in the own log, so that read models can be made of them again.
  template <class... Kept>
  Assembly&& records() && {
    static_assert((is_message<Kept> && ...), "records<...> a message that the context does not hear");
    if (!context_->stream_types.contains("heard")) context_->stream_types.emplace("heard", heard_stream_type());
    context_->inner_rules.push_back(std::make_unique<RecordRule>(*context_));
    (record<Kept>(context_->inner_rules.back().get()), ...);
    stick("record", "heard", {message_type<Kept>()...}, {});
    return std::move(*this);
  }

  template <class P>
  Assembly&& projection() && {
    project<P>(typename detail::EventsOf<ReadsOf<P>>::type{}, HearsOf<P>{});
    return std::move(*this);
  }

  template <class Query, class... P>
  Assembly&& query(typename Query::Result (*answer)(const Query&, const Rows<P>&...)) && {
    context_->queries[typeid(Query)] = {
        {name_as_value<P>()...},
        [answer](const void* query, const QueryType::Readers& readers) -> std::shared_ptr<void> {
          return [&]<std::size_t... i>(std::index_sequence<i...>) {
            return std::make_shared<typename Query::Result>(
                answer(*static_cast<const Query*>(query), Rows<P>{*readers[i]}...));
          }(std::index_sequence_for<P...>{});
        }};
    stick("query", title<Query>(), {name_as_value<P>()...}, {});
    return std::move(*this);
  }

  template <class... Maps>
  Assembly&& publishes(Maps... maps) && {
    publish_checked(Events{}, detail::Overloads<Maps...>{maps...});
    return std::move(*this);
  }

  [[nodiscard]] std::unique_ptr<Context> done() && { return std::move(context_); }

 private:
  template <class T>
  using Executed = ExecutorOf<T>;
  template <class Then, class On>
  using Commanded = typename detail::CommandsMade<
      std::remove_cvref_t<decltype(std::declval<Then>()(std::declval<const On&>()))>>::Command;

  void stick(std::string kind, std::string name, std::vector<std::string> in, std::vector<std::string> out) {
    context_->stickers.push_back({std::move(kind), std::move(name), std::move(in), std::move(out)});
  }
  static std::vector<std::string> unique(std::vector<std::string> names) {
    std::vector<std::string> once;
    for (auto& name : names)
      if (std::ranges::find(once, name) == once.end()) once.push_back(std::move(name));
    return once;
  }

  template <class T>
  static std::string type_heard() {
    if constexpr (is_message<T>) return message_type<T>();
    else return title<T>();
  }
  template <class T>
  [[nodiscard]] std::set<std::string> sources_of() const {
    if constexpr (is_message<T>) {
      const auto told_by = context_->told_by.find(message_type<T>());
      if (told_by != context_->told_by.end()) return told_by->second;
      return {context_of_message(message_type<T>())};
    } else {
      return {""};
    }
  }
  template <class T>
  static T read(const Context& context, const Delivery& in) {
    if constexpr (is_message<T>) return decode<T>(in.payload);
    else return read_event<T>(context, in.type, in.schema, in.payload);
  }
  template <class T, class Key, class React>
  void consume(const std::string& name, Key key, React react) {
    auto& all = context_->consumers;
    auto it = std::ranges::find(all, name, &Consumer::name);
    if (it == all.end()) it = all.insert(it, Consumer{name, {}, {}});
    it->sources.merge(sources_of<T>());
    const auto* context = context_.get();
    it->by_type[type_heard<T>()] = {
        [context, key](const Delivery& in) { return key(read<T>(*context, in)); },
        [context, react](const Delivery& in) { return react(read<T>(*context, in), in); }};
  }

  template <class Aggregate, class... E>
  void aggregate(OneOf<E...>) {
    static_assert((kernel::evolve_of<Aggregate, E>::is_there && ...));
    context_->stream_types.emplace(title<Aggregate>(), stream_type_of<Aggregate>(*context_));
    (context_->golden.emplace_back(title<E>(), encode(sample<E>())), ...);
    stick("aggregate", title<Aggregate>(), {}, {title<E>()...});
  }

  template <class Command>
  void command() {
    static_cast<void>(sizeof(kernel::has_a_rule<Command>));
    context_->rules.emplace(typeid(Command), std::make_unique<Executed<Command>>(*context_));
    stick("command", title<Command>(), Executed<Command>::places(), Executed<Command>::results());
    note_slugs(typename Command::Decision::Refusals{});
  }
  template <class... R>
  void note_slugs(OneOf<R...>) {
    (context_->slugs.insert(slug_of<R>()), ...);
  }

  template <class Answer, class Asked, class... Given, class... Ports>
  void use_case_of(std::string name, Answer (*)(const Asked&, const RequestKey&, Gives<Given...>, Ports&...)) {
    static_assert((is_one_of<Given, OneOf<C...>> && ...),
                  "a use case gives a command that this context does not take");
    if constexpr (requires { typename Answer::Refusals; }) note_slugs(typename Answer::Refusals{});
    stick("use case", std::move(name), {title<std::remove_const_t<Ports>>()...}, {title<Given>()...});
  }

  template <class On, class Heard, class... Given, class... Ports>
  void reaction_on(std::string name, void (*function)(const Heard&, const RequestKey&, Gives<Given...>, Ports&...)) {
    static_assert((is_one_of<Given, OneOf<C...>> && ...),
                  "a reaction gives a command that this context does not take");
    auto& all = context_->reactions;
    auto it = std::ranges::find(all, name, &OutsideReaction::name);
    if (it == all.end()) it = all.insert(it, OutsideReaction{name, {}, {title<std::remove_const_t<Ports>>()...}, {}});
    it->types.insert(title<On>());
    it->react = [context = context_.get(), name, function](const Delivery& in, Commands& commands,
                                                           const PortsOf& ports) {
      function(read<Heard>(*context, in),
               RequestKey::of_event(context->name(), name, in.identity, in.stream, in.cause),
               Gives<Given...>{commands}, ports.get<std::remove_const_t<Ports>>()...);
    };
    stick("reaction", std::move(name), {title<On>()}, {title<Given>()...});
  }

  template <class On, class Then, class... Said>
  void policy_on(const std::string& name, Then then) {
    using Made = detail::CommandsMade<std::remove_cvref_t<decltype(then(std::declval<const On&>()))>>;
    using Command = typename Made::Command;
    static_assert(is_one_of<Command, OneOf<C...>>, "a policy gives a command that this context does not take");
    Executed<Command>::template demand_dispositions<OneOf<>, Said...>();
    const auto settle = [](const Result& result) {
      return Give::Settled{Executed<Command>::template reason_to_park<Said...>(
                               *std::static_pointer_cast<typename Command::Decision>(result.decision)),
                           {}};
    };
    const auto* context = context_.get();
    const auto* rule = context->rules.at(typeid(Command)).get();
    consume<On>(
        name,
        [then](const On& event) {
          const auto commands = Made::list(then(event));
          return commands.empty() ? std::string{} : Executed<Command>::target(commands.front());
        },
        [name, then, settle, context, rule](const On& event, const Delivery& in) {
          std::vector<Give> gives;
          for (auto& command : Made::list(then(event))) {
            CommandId id{digest128({"policy", context->name(), name, in.identity, gives.size()}),
                         Executed<Command>::target(command), {}, in.cause};
            gives.push_back({rule, std::make_shared<Command>(std::move(command)), std::move(id), settle});
          }
          return gives;
        });
  }

  // ---- processes ----

  template <class P, class... Said, class... I, class... Asked, class... Told>
  void process_checked(OneOf<I...>, OneOf<Asked...>, OneOf<Told...>) {
    static_assert((is_one_of<Asked, OneOf<C...>> && ...), "a process asks for a command that this context does not take");
    static_assert(((is_known<I> || is_one_of<I, kernel::RefusalsOf<Asked...>>) && ...),
                  "a process waits for what is neither an event, nor a message heard, nor a refusal of what it asks for");
    (Executed<Asked>::template demand_dispositions<OneOf<I...>, Said...>(), ...);
    demand_cases<P, I..., TimeIsUp>(std::type_identity<typename P::Step::State>{});
    using Runner = ProcessRunner<P>;
    const auto& name = Runner::name();
    context_->stream_types.emplace(name, Runner::type(*context_));
    keep_golden<P>(std::type_identity<typename P::Step::State>{});
    (hear_input<P, I>(), ...);
    consume_record<P, OneOf<I...>, Said...>(OneOf<Asked...>{});
    publish_told<P>(OneOf<Told...>{});
    auto out = titles(typename P::Step::Commands{});
    for (const auto& told : titles(typename P::Step::Messages{})) out.push_back("~ " + told);
    stick("process", name, {title<I>()..., "TimeIsUp"}, std::move(out));
  }
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
    (context_->golden.emplace_back(name_as_value<P>() + "." + title<S>(), encode(sample<S>())), ...);
  }

  template <class P, class I>
  void hear_input() {
    using Runner = ProcessRunner<P>;
    auto* context = context_.get();
    if constexpr (is_known<I>) static_cast<void>(sizeof(process_when_missing<P, I>));
    if constexpr (is_own_event<I>) {
      static_assert(!is_one_of<I, ParkedWhenMissingOf<P>>,
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
      consume<I>(
          Runner::name(),
          [](const I& input) { return Runner::stream(key_in<typename P::Key>(input)); },
          [context, rule](const I& input, const Delivery& in) {
            return std::vector{feed<P>(*context, rule, Runner::stream(key_in<typename P::Key>(input)), input,
                                       in.identity, in.cause)};
          });
    }
  }
  template <class P, class I>
  const Rule* feed_rule() {
    context_->inner_rules.push_back(std::make_unique<FeedRule<P, I>>(*context_));
    return context_->inner_rules.back().get();
  }
  template <class P, class I>
  static Give feed(const Context& context, const Rule* rule, const std::string& stream, const I& input,
                   const Digest128& caused_by, const Cause& cause) {
    CommandId id{digest128({"feed", context.name(), ProcessRunner<P>::name(), name_of<I>(), caused_by}), stream, {}, cause};
    return {rule, std::make_shared<Fed<I>>(Fed<I>{stream, input}), std::move(id), [](const Result& result) {
              if (!result.refused) return Give::Settled{};
              return Give::Settled{std::string{name_of<I>()} + " came for a process that is not there", {}};
            }};
  }

  // The process's own records: what it asked for is given, and refusals that are its inputs come back.
  template <class P, class Inputs, class... Said, class... Asked>
  void consume_record(OneOf<Asked...>) {
    using Runner = ProcessRunner<P>;
    auto* context = context_.get();
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
                                 true)) || ...));
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
  static Give give_asked(const Context& context, const std::map<std::string, const Rule*>& feed_rules,
                         Asked command, const Delivery& in, std::size_t ordinal) {
    CommandId id{digest128({"process", context.name(), ProcessRunner<P>::name(), in.identity, ordinal}),
                 Executed<Asked>::target(command), {}, in.cause};
    const auto caused_by = id.id;
    auto settle = [&context, feed_rules, stream = in.stream, cause = in.cause, caused_by](const Result& result) {
      Give::Settled settled;
      const auto& decision = *std::static_pointer_cast<typename Asked::Decision>(result.decision);
      std::visit(
          [&]<class Why>(const Why& why) {
            if constexpr (is_one_of<Why, Inputs>)
              settled.next.push_back(
                  feed<P>(context, feed_rules.at(title<Why>()), stream, why, caused_by, cause));
            else
              settled.park = Executed<Asked>::template reason_to_park<Said...>(decision);
          },
          decision.refusal());
      return settled;
    };
    return {context.rules.at(typeid(Asked)).get(), std::make_shared<Asked>(std::move(command)), std::move(id),
            std::move(settle)};
  }
  template <class P, class... Told>
  void publish_told(OneOf<Told...>) {
    if constexpr (sizeof...(Told) > 0) {
      context_->published[ProcessRunner<P>::record_type()] = [](const Delivery& in) {
        const auto record = JsonDocument::stored(in.payload);
        const auto told = record.root()["told"];
        std::vector<Message> messages;
        for (std::size_t i = 0; i < told.size(); ++i)
          static_cast<void>(((told.at(i)["is"].text() == name_of<Told>() &&
                              (messages.push_back(message_of(in, i, message_type<Told>(),
                                                             encode(read_form<Told>(told.at(i))))),
                               true)) || ...));
        return messages;
      };
      (stick("message out", message_type<Told>(), {ProcessRunner<P>::name()}, {}), ...);
    }
  }

  // ---- records and read models ----

  template <class Kept>
  void record(const Rule* rule) {
    const auto* context = context_.get();
    const auto stream = [](const Delivery& in) { return "heard/" + in.source + "/" + in.stream; };
    auto& all = context_->consumers;
    auto it = std::ranges::find(all, "record", &Consumer::name);
    if (it == all.end()) it = all.insert(it, Consumer{"record", {}, {}});
    it->sources.merge(sources_of<Kept>());
    it->by_type[message_type<Kept>()] = {
        stream, [context, rule, stream](const Delivery& in) {
          static_cast<void>(decode<Kept>(in.payload));  // what cannot be read is parked, not kept
          CommandId id{digest128({"record", context->name(), in.identity}), stream(in), {}, in.cause};
          return std::vector<Give>{{rule, std::make_shared<Heard>(Heard{stream(in), in.type, in.payload}),
                                    std::move(id), [](const Result&) { return Give::Settled{}; }}};
        }};
    context_->golden.emplace_back(message_type<Kept>(), encode(sample<Kept>()));
  }

  template <class P, class... E, class... H>
  void project(OneOf<E...>, OneOf<H...>) {
    static_assert((is_message<H> && ...), "a projection Hears a message that the context does not hear");
    static_assert((is_own_event<E> && ...), "a projection Reads an aggregate that is not in this context");
    static_cast<void>((sizeof(projection_of<P, E>) + ... + 0) + (sizeof(projection_of<P, H>) + ... + 0));
    ProjectionType type;
    type.name = name_as_value<P>();
    type.columns = columns_of<P>();
    type.shape = shape_of<typename P::Row>();
    for (const auto& column : type.columns) type.shape += " by " + column;
    (note_type<P, E>(type), ...);
    (note_type<P, H>(type), ...);
    type.fold = [context = context_.get()](const Delivery& in, const ProjectionType::FindRow& find) {
      ProjectionType::Folded folded;
      static_cast<void>(((in.type == type_heard<E>() && (folded = fold<P, E>(*context, in, find), true)) || ...) ||
                        ((in.type == type_heard<H>() && (folded = fold<P, H>(*context, in, find), true)) || ...));
      return folded;
    };
    std::vector<std::string> in{title<E>()...};
    (in.push_back(message_type<H>()), ...);
    stick("read model", type.name, std::move(in), {});
    context_->projections.push_back(std::move(type));
  }
  template <class P, class E>
  static void note_type(ProjectionType& type) {
    if constexpr (!projection_of<P, E>::ignores) type.types.insert(type_heard<E>());
  }
  template <class P>
  static auto indexed_of() {
    if constexpr (requires { typename P::Indexed; }) return typename P::Indexed{};
    else return Columns<>{};
  }
  template <class P>
  static std::vector<std::string> columns_of() {
    return []<auto... field>(Columns<field...>) {
      return std::vector<std::string>{column_name<field>()...};
    }(indexed_of<P>());
  }
  template <class P, class E>
  static ProjectionType::Folded fold(const Context& context, const Delivery& in,
                                     const ProjectionType::FindRow& find) {
    using Of = projection_of<P, E>;
    using Row = typename P::Row;
    using Action = ProjectionType::Folded::Action;
    ProjectionType::Folded folded;
    if constexpr (!Of::ignores) {
      const auto event = read<E>(context, in);
      const Happened happened{in.at, in.position};
      if constexpr (Of::has_key) folded.key = key_text(P::key(event, happened));
      else folded.key = key_text(key_in<typename P::Key>(event));
      const auto put = [&](const Row& row) {
        folded.action = Action::put;
        folded.row = encode(row);
        folded.columns = []<auto... field>(const Row& r, Columns<field...>) {
          return std::vector<Scalar>{scalar_of(r.*field)...};
        }(row, indexed_of<P>());
      };
      if constexpr (Of::starts) {
        if constexpr (Of::starts_when) put(P::start(event, happened));
        else put(P::start(event));
      } else if constexpr (Of::ends) {
        folded.action = Action::drop;
      } else {
        const auto evolve = [&](Row row) {
          if constexpr (Of::evolves_when) put(P::evolve(std::move(row), event, happened));
          else put(P::evolve(std::move(row), event));
        };
        const auto found = find(folded.key);
        if (found) evolve(decode<Row>(*found));
        else if constexpr (std::default_initializable<Row>) evolve(Row{});
        else folded.action = Action::park;
      }
    }
    return folded;
  }

  // ---- publishing ----

  static Message message_of(const Delivery& in, std::size_t ordinal, std::string type, std::string payload) {
    Message message;
    message.type = std::move(type);
    message.position = in.position;
    message.stream = in.stream;
    message.at = in.at;
    message.identity = digest128({"message", in.identity, ordinal});
    message.cause = in.cause;
    message.payload = std::move(payload);
    return message;
  }
  template <class... E, class Map>
  void publish_checked(OneOf<E...>, Map map) {
    (publish_one<E>(map), ...);
  }
  template <class E, class Map>
  void publish_one(const Map& map) {
    static_cast<void>(sizeof(publisher_of<E, Map>));
    using Published = decltype(map(std::declval<const E&>()));
    if constexpr (!std::is_void_v<Published>) {
      context_->published[title<E>()] = [map, context = context_.get()](const Delivery& in) {
        return std::vector{message_of(in, 0, message_type<Published>(), encode(map(read<E>(*context, in))))};
      };
      stick("message out", message_type<Published>(), {title<E>()}, {});
    }
  }

  std::unique_ptr<Context> context_;
};

[[nodiscard]] inline auto context(std::string name) {
  return Assembly<OneOf<>, OneOf<>, OneOf<>>{std::make_unique<Context>(std::move(name))};
}

}  // namespace madang::chassis
