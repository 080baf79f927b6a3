#pragma once
// The parts that give commands without a process: use cases, policies and reactions.
#include "chassis/assembly/part.hpp"
#include <algorithm>

namespace madang::chassis::detail {

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

template <class Words>
class Policies : public Part<Words> {
  using Base = Part<Words>;
  using Base::context_;
  template <class T>
  static constexpr bool is_command = Base::template is_command<T>;
  template <class T>
  using Executed = ExecutorOf<T>;
  template <class Then, class On>
  using Commanded = typename CommandsMade<
      std::remove_cvref_t<decltype(std::declval<Then>()(std::declval<const On&>()))>>::Command;

 public:
  using Base::Base;

  template <class... On, class Then, class... Said>
  void policy(const std::string& name, Then then, OneOf<Said...>) {
    static_assert(
        (Base::template is_known<On> && ...),
        "a policy waits for what is neither an event of this context nor a message that it hears");
    (policy_on<On, Then, Said...>(name, then), ...);
    stick(context_, "policy", name, {title<On>()...}, unique({title<Commanded<Then, On>>()...}));
  }

  template <class... On, class Function>
  void reaction(const std::string& name, Function function) {
    static_assert((Base::template is_own_event<On> && ...),
                  "a reaction waits for an event of this context");
    (reaction_on<On>(name, function), ...);
  }

  template <class Answer, class Asked, class... Given, class... Ports>
  void use_case(std::string name,
                Answer (*)(const Asked&, const RequestKey&, Gives<Given...>, Ports&...)) {
    static_assert((is_command<Given> && ...),
                  "a use case gives a command that this context does not take");
    if constexpr (requires { typename Answer::Refusals; })
      note_slugs(context_, typename Answer::Refusals{});
    else if constexpr (requires { typename Answer::Value::Refusals; })  // one that comes later
      note_slugs(context_, typename Answer::Value::Refusals{});
    stick(context_, "use case", std::move(name), {title<std::remove_const_t<Ports>>()...},
          {title<Given>()...});
  }

 private:
  static std::vector<std::string> unique(std::vector<std::string> names) {
    std::vector<std::string> once;
    for (auto& name : names)
      if (std::ranges::find(once, name) == once.end()) once.push_back(std::move(name));
    return once;
  }

  template <class On, class Heard, class... Given, class... Ports>
  void reaction_on(std::string name,
                   void (*function)(const Heard&, const RequestKey&, Gives<Given...>, Ports&...)) {
    static_assert((is_command<Given> && ...),
                  "a reaction gives a command that this context does not take");
    auto& all = context_.reactions;
    auto it = std::ranges::find(all, name, &OutsideReaction::name);
    if (it == all.end())
      it = all.insert(it, OutsideReaction{name, {}, {title<std::remove_const_t<Ports>>()...}, {}});
    it->types.insert(title<On>());
    it->react = [context = &context_, name, function](const Delivery& in, Commands& commands,
                                                      const PortsOf& ports) {
      function(Base::template read<Heard>(*context, in),
               RequestKey::of_event(context->name(), name, in.identity, in.stream, in.cause),
               Gives<Given...>{commands}, ports.get<std::remove_const_t<Ports>>()...);
    };
    stick(context_, "reaction", std::move(name), {title<On>()}, {title<Given>()...});
  }

  template <class On, class Then, class... Said>
  void policy_on(const std::string& name, Then then) {
    using Made = CommandsMade<std::remove_cvref_t<decltype(then(std::declval<const On&>()))>>;
    using Command = typename Made::Command;
    static_assert(is_command<Command>, "a policy gives a command that this context does not take");
    Executed<Command>::template demand_dispositions<OneOf<>, Said...>();
    const auto settle = [](const Result& result) {
      return Give::Settled{
          Executed<Command>::template reason_to_park<Said...>(
              *std::static_pointer_cast<typename Command::Decision>(result.decision)),
          {}};
    };
    const auto* context = &context_;
    const auto* rule = context->rules.at(typeid(Command)).get();
    this->template consume<On>(
        name,
        [then](const On& event) {
          const auto commands = Made::list(then(event));
          return commands.empty() ? std::string{} : Executed<Command>::target(commands.front());
        },
        [name, then, settle, context, rule](const On& event, const Delivery& in) {
          std::vector<Give> gives;
          for (auto& command : Made::list(then(event))) {
            CommandId id{digest128({"policy", context->name(), name, in.identity, gives.size()}),
                         Executed<Command>::target(command),
                         {},
                         in.cause};
            gives.push_back(
                {rule, std::make_shared<Command>(std::move(command)), std::move(id), settle});
          }
          return gives;
        });
  }
};

}  // namespace madang::chassis::detail
