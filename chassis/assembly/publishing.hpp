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
    using Published = decltype(map(std::declval<const E&>()));
    if constexpr (!std::is_void_v<Published>) {
      context_.published[title<E>()] = [map, context = &context_](const Delivery& in) {
        return std::vector{message_of(in, 0, message_type<Published>(),
                                      encode(map(Base::template read<E>(*context, in))))};
      };
      stick(context_, "message out", message_type<Published>(), {title<E>()}, {});
    }
  }
};

}  // namespace madang::chassis::detail
