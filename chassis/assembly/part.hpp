#pragma once
// What the parts of an assembly page have in common: the words that the context knows so far, and the registry
// that they fill.
#include "chassis/assembly/execution.hpp"
#include <algorithm>

namespace madang::chassis::detail {

template <class Aggregates, class Heard, class Commands>
struct Vocabulary;
template <class... A, class... M, class... C>
struct Vocabulary<OneOf<A...>, OneOf<M...>, OneOf<C...>> {
  using Commands = OneOf<C...>;
  using Events = Merged<typename A::Events...>;
  template <class T>
  static constexpr bool is_own_event = is_one_of<T, Events>;
  template <class T>
  static constexpr bool is_message = is_one_of<T, OneOf<M...>>;
  template <class T>
  static constexpr bool is_known = is_own_event<T> || is_message<T>;
};

inline void stick(Context& context, std::string kind, std::string name, std::vector<std::string> in,
                  std::vector<std::string> out) {
  context.stickers.push_back({std::move(kind), std::move(name), std::move(in), std::move(out)});
}
template <class... R>
void note_slugs(Context& context, OneOf<R...>) {
  (context.slugs.insert(slug_of<R>()), ...);
}

// Reads and files what the context hears, whether it is an event of its own or a message of another.
template <class Words>
class Part {
 public:
  explicit Part(Context& context) : context_{context} {}

 protected:
  template <class T>
  static constexpr bool is_own_event = Words::template is_own_event<T>;
  template <class T>
  static constexpr bool is_message = Words::template is_message<T>;
  template <class T>
  static constexpr bool is_known = Words::template is_known<T>;
  template <class T>
  static constexpr bool is_command = is_one_of<T, typename Words::Commands>;
  template <class T>
  using Executed = ExecutorOf<T>;

  template <class T>
  static std::string type_heard() {
    if constexpr (is_message<T>) return message_type<T>();
    else return title<T>();
  }
  template <class T>
  [[nodiscard]] std::set<std::string> sources_of() const {
    if constexpr (is_message<T>) {
      const auto told_by = context_.told_by.find(message_type<T>());
      if (told_by != context_.told_by.end()) return told_by->second;
      return {context_of_message(message_type<T>())};
    } else {
      return {""};
    }
  }
  template <class T>
  static T read(const Context& context, const Delivery& in) {
    // A message that comes in has today's form; one that was recorded has that of its day.
    if constexpr (is_message<T>)
      if (!in.source.empty()) return decode<T>(in.payload);
    return read_event<T>(context, in.type, in.schema, in.payload);
  }
  template <class T, class Key, class React>
  void consume(const std::string& name, Key key, React react) {
    auto& all = context_.consumers;
    auto it = std::ranges::find(all, name, &Consumer::name);
    if (it == all.end()) it = all.insert(it, Consumer{name, {}, {}});
    it->sources.merge(sources_of<T>());
    const auto* context = &context_;
    it->by_type[type_heard<T>()] = {
        [context, key](const Delivery& in) { return key(read<T>(*context, in)); },
        [context, react](const Delivery& in) { return react(read<T>(*context, in), in); }};
  }

  Context& context_;
};

}  // namespace madang::chassis::detail
