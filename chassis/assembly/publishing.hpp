#pragma once
// Events become messages to other contexts, or are said to be private.
#include "chassis/assembly/part.hpp"

namespace madang::chassis::detail {

inline Message message_of(const Delivery& in, std::size_t ordinal, std::string type,
                          std::string payload) {
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

// A mapping may ask when the event happened.
template <class Map, class E>
auto mapped(const Map& map, const E& event, const Happened& happened) {
  if constexpr (requires { map(event, happened); }) return map(event, happened);
  else return map(event);
}

template <class Words>
class Publishing : public Part<Words> {
  using Base = Part<Words>;
  using Base::context_;

 public:
  using Base::Base;

  template <class... E, class Map>
  void publishes(OneOf<E...>, Map map) {
    (publish_one<E>(map), ...);
  }

 private:
  template <class E, class Map>
  void publish_one(const Map& map) {
    static_cast<void>(sizeof(publisher_of<E, Map>));
    using Published = decltype(mapped(map, std::declval<const E&>(), Happened{}));
    if constexpr (!std::is_void_v<Published>) {
      auto tell = [map, context = &context_](const Delivery& in) {
        return std::vector{message_of(in, 0, message_type<Published>(),
                                      encode(mapped(map, Base::template read<E>(*context, in),
                                                    Happened{in.at, in.position})))};
      };
      context_.published[title<E>()] = {{message_type<Published>()}, std::move(tell)};
      stick(context_, "message out", message_type<Published>(), {title<E>()}, {});
    }
  }
};

}  // namespace madang::chassis::detail
