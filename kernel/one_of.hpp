#pragma once
#include <concepts>
#include <cstddef>
#include <type_traits>
#include <variant>

namespace madang::kernel {

// A closed list of types: the events of an aggregate, the refusals of a command.
template <class... Types>
struct OneOf {
  static constexpr std::size_t size = sizeof...(Types);
  static constexpr bool is_empty = size == 0;
};

template <class T, class List>
inline constexpr bool is_one_of = false;
template <class T, class... Types>
inline constexpr bool is_one_of<T, OneOf<Types...>> = (std::same_as<T, Types> || ...);

namespace detail {
template <class Joined, class... Lists>
struct Join {
  using type = Joined;
};
template <class... Have, class... Rest>
struct Join<OneOf<Have...>, OneOf<>, Rest...> : Join<OneOf<Have...>, Rest...> {};
template <class... Have, class Next, class... More, class... Rest>
struct Join<OneOf<Have...>, OneOf<Next, More...>, Rest...>
    : Join<
          std::conditional_t<is_one_of<Next, OneOf<Have...>>, OneOf<Have...>, OneOf<Have..., Next>>,
          OneOf<More...>, Rest...> {};

template <class List>
struct VariantOf;
template <class... T>
struct VariantOf<OneOf<T...>> {
  using type = std::variant<T...>;
};
template <>
struct VariantOf<OneOf<>> {
  using type = std::variant<std::monostate>;
};
}  // namespace detail

// The lists joined in order, each type once.
template <class... Lists>
using Merged = typename detail::Join<OneOf<>, Lists...>::type;

// One value of any type in the list.
template <class List>
using AnyOf = typename detail::VariantOf<List>::type;

}  // namespace madang::kernel
