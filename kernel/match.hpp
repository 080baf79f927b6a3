#pragma once
#include <concepts>
#include <utility>
#include <variant>

namespace madang::kernel {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

namespace detail {
template <class Variant, class... Cases>
struct match_of;
template <class... Alternatives, class... Cases>
struct match_of<std::variant<Alternatives...>, Cases...> {
  static constexpr bool complete =
      (std::invocable<Overloaded<Cases...>&, const Alternatives&> && ...);
  static_assert(complete, "a match must have a case for each alternative");
};
}  // namespace detail

// match(value, case, case, ...): calls the case that takes the alternative which the value holds. A
// forgotten case does not compile.
template <class... Alternatives, class... Cases>
constexpr decltype(auto) match(const std::variant<Alternatives...>& value, Cases... cases) {
  if constexpr (detail::match_of<std::variant<Alternatives...>, Cases...>::complete)
    return std::visit(Overloaded{std::move(cases)...}, value);
}

}  // namespace madang::kernel
