#pragma once
// Names of types and fields, taken from the compiler, so that plain structs need no macro and no second
// list of their fields. For aggregates without base classes, of at most 20 fields (g++ 12, clang 19).
//
// What is stored must outlive a rename. Golden forms (form.hpp) fail when a name changes; a renamed
// field or type then says what it is called in the store:
//
//   struct RentalStarted {
//     CustomerId customer;
//     static constexpr auto stored_names = std::to_array<StoredName>({{"customer", "person"}});
//   };
//
// A field that came when others of the type were stored already, and is not to be lifted (what a process asked for),
// is optional and listed: it is read as nothing where it is absent.
//
//     static constexpr auto came_later = std::to_array<std::string_view>({"since"});
#include <algorithm>
#include <array>
#include <concepts>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace madang::chassis {

struct StoredName {
  std::string_view field, stored_as;
};

namespace detail {
template <class T>
consteval std::string_view pretty() {
  return __PRETTY_FUNCTION__;
}
template <class P>
struct Pointer {
  P to;
};
template <auto P>
consteval std::string_view pretty_value() {
  return __PRETTY_FUNCTION__;
}
template <class T>
struct Holder {
  T value;
};
template <class T>
extern const Holder<T> nowhere;  // never defined, only pointed at

inline constexpr std::size_t fields_max = 20;
// Stands for a field of any type, as far as the compiler has to believe it.
struct AnyField {
  std::size_t which;
  template <class T>
  operator T&() const& noexcept;
  template <class T>
  operator T&() const&& noexcept;
};
template <class T, std::size_t... i>
consteval bool is_made_of(std::index_sequence<i...>) {
  return requires { T{AnyField{i}...}; };
}
// A struct has as many fields as it can be given at most. Looked for from the top: too many is an
// error that costs the compiler nothing, where libraries that count any struct take it seconds.
template <class T, std::size_t at_most = fields_max + 1>
consteval std::size_t count_fields() {
  if constexpr (at_most == 0 || is_made_of<T>(std::make_index_sequence<at_most>{})) return at_most;
  else return count_fields<T, at_most - 1>();
}
}  // namespace detail

// "madang::rental::v1::RentalStarted" and "RentalStarted".
template <class T>
consteval std::string_view full_name() {
  auto text = detail::pretty<T>();
  text = text.substr(text.find("T = ") + 4);
  return text.substr(0, text.find_first_of(";]"));
}
template <class T>
consteval std::string_view name_of() {
  auto text = full_name<T>();
  return text.rfind("::") == text.npos ? text : text.substr(text.rfind("::") + 2);
}

template <auto function>
consteval std::string_view name_of_function() {
  auto text = detail::pretty_value<function>();
  text = text.substr(0, text.find_first_of(";]"));
  return text.substr(text.rfind("::") + 2);
}

// "refunded" for How::refunded; a number for a value that has no name.
template <auto enumerator>
consteval std::string_view name_of_enumerator() {
  auto text = detail::pretty_value<enumerator>();
  text = text.substr(0, text.find_first_of(";]"));
  return text.substr(text.find_last_of(":)= ") + 1);
}

template <class T>
concept Plain = std::is_aggregate_v<T> && !std::is_array_v<T> && !std::is_union_v<T>;

template <class T>
inline constexpr std::size_t field_count = [] {
  if constexpr (std::is_empty_v<T>) return std::size_t{0};
  else return detail::count_fields<T>();
}();

// Pointers to the fields, in order.
template <class T>
constexpr auto fields_of(const T& v) {
  constexpr auto n = field_count<T>;
  static_assert(n <= detail::fields_max, "a struct of more than 20 fields: group some of them");
  if constexpr (n == 0) return std::tuple{};
  else if constexpr (n == 1) {
    const auto& [f0] = v;
    return std::tuple{&f0};
  } else if constexpr (n == 2) {
    const auto& [f0, f1] = v;
    return std::tuple{&f0, &f1};
  } else if constexpr (n == 3) {
    const auto& [f0, f1, f2] = v;
    return std::tuple{&f0, &f1, &f2};
  } else if constexpr (n == 4) {
    const auto& [f0, f1, f2, f3] = v;
    return std::tuple{&f0, &f1, &f2, &f3};
  } else if constexpr (n == 5) {
    const auto& [f0, f1, f2, f3, f4] = v;
    return std::tuple{&f0, &f1, &f2, &f3, &f4};
  } else if constexpr (n == 6) {
    const auto& [f0, f1, f2, f3, f4, f5] = v;
    return std::tuple{&f0, &f1, &f2, &f3, &f4, &f5};
  } else if constexpr (n == 7) {
    const auto& [f0, f1, f2, f3, f4, f5, f6] = v;
    return std::tuple{&f0, &f1, &f2, &f3, &f4, &f5, &f6};
  } else if constexpr (n == 8) {
    const auto& [f0, f1, f2, f3, f4, f5, f6, f7] = v;
    return std::tuple{&f0, &f1, &f2, &f3, &f4, &f5, &f6, &f7};
  } else if constexpr (n == 9) {
    const auto& [f0, f1, f2, f3, f4, f5, f6, f7, f8] = v;
    return std::tuple{&f0, &f1, &f2, &f3, &f4, &f5, &f6, &f7, &f8};
  } else if constexpr (n == 10) {
    const auto& [f0, f1, f2, f3, f4, f5, f6, f7, f8, f9] = v;
    return std::tuple{&f0, &f1, &f2, &f3, &f4, &f5, &f6, &f7, &f8, &f9};
  } else if constexpr (n == 11) {
    const auto& [f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10] = v;
    return std::tuple{&f0, &f1, &f2, &f3, &f4, &f5, &f6, &f7, &f8, &f9, &f10};
  } else if constexpr (n == 12) {
    const auto& [f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11] = v;
    return std::tuple{&f0, &f1, &f2, &f3, &f4, &f5, &f6, &f7, &f8, &f9, &f10, &f11};
  } else if constexpr (n == 13) {
    const auto& [f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12] = v;
    return std::tuple{&f0, &f1, &f2, &f3, &f4, &f5, &f6, &f7, &f8, &f9, &f10, &f11, &f12};
  } else if constexpr (n == 14) {
    const auto& [f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13] = v;
    return std::tuple{&f0, &f1, &f2, &f3, &f4, &f5, &f6, &f7, &f8, &f9, &f10, &f11, &f12, &f13};
  } else if constexpr (n == 15) {
    const auto& [f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14] = v;
    return std::tuple{&f0, &f1, &f2,  &f3,  &f4,  &f5,  &f6, &f7,
                      &f8, &f9, &f10, &f11, &f12, &f13, &f14};
  } else if constexpr (n == 16) {
    const auto& [f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15] = v;
    return std::tuple{&f0, &f1, &f2,  &f3,  &f4,  &f5,  &f6,  &f7,
                      &f8, &f9, &f10, &f11, &f12, &f13, &f14, &f15};
  } else if constexpr (n == 17) {
    const auto& [f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16] = v;
    return std::tuple{&f0, &f1,  &f2,  &f3,  &f4,  &f5,  &f6,  &f7, &f8,
                      &f9, &f10, &f11, &f12, &f13, &f14, &f15, &f16};
  } else if constexpr (n == 18) {
    const auto& [f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17] =
        v;
    return std::tuple{&f0, &f1,  &f2,  &f3,  &f4,  &f5,  &f6,  &f7,  &f8,
                      &f9, &f10, &f11, &f12, &f13, &f14, &f15, &f16, &f17};
  } else if constexpr (n == 19) {
    const auto& [f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17,
                 f18] = v;
    return std::tuple{&f0,  &f1,  &f2,  &f3,  &f4,  &f5,  &f6,  &f7,  &f8, &f9,
                      &f10, &f11, &f12, &f13, &f14, &f15, &f16, &f17, &f18};
  } else if constexpr (n == 20) {
    const auto& [f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17,
                 f18, f19] = v;
    return std::tuple{&f0,  &f1,  &f2,  &f3,  &f4,  &f5,  &f6,  &f7,  &f8,  &f9,
                      &f10, &f11, &f12, &f13, &f14, &f15, &f16, &f17, &f18, &f19};
  }
}

template <class T>
using FieldIndices = std::make_index_sequence<field_count<T>>;

#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"  // nowhere is nowhere
#endif
template <class T, std::size_t i>
consteval std::string_view field_name() {
  auto text =
      detail::pretty_value<detail::Pointer{std::get<i>(fields_of(detail::nowhere<T>.value))}>();
  const auto end = text.find(")}");  // of g++'s "{(& …::field)}"; clang has "{&….field}]"
  text = text.substr(0, end == text.npos ? text.rfind('}') : end);
  constexpr std::string_view of_names{
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"};
  text = text.substr(0, text.find_last_of(of_names) + 1);
  return text.substr(text.find_last_not_of(of_names) + 1);
}

#ifdef __clang__
#pragma clang diagnostic pop
#endif

// What the field is called where it is stored or sent.
template <class T, std::size_t i>
consteval std::string_view stored_name() {
  constexpr auto name = field_name<T, i>();
  if constexpr (requires { T::stored_names; }) {
    for (const auto& renamed : T::stored_names)
      if (renamed.field == name) return renamed.stored_as;
  }
  return name;
}

template <class T, std::size_t i>
consteval bool has_come_later() {
  if constexpr (requires { T::came_later; })
    return std::ranges::find(T::came_later, field_name<T, i>()) != T::came_later.end();
  return false;
}

template <class T, std::size_t i>
using Field = std::remove_cvref_t<decltype(*std::get<i>(fields_of(std::declval<const T&>())))>;

// The one field of this type: how a command names its stream, and an event the row it belongs to.
template <class Key, class T>
consteval std::size_t fields_of_type() {
  return []<std::size_t... i>(std::index_sequence<i...>) {
    return (std::size_t{0} + ... + std::size_t{std::same_as<Key, Field<T, i>>});
  }(FieldIndices<T>{});
}
template <class Key, class T>
const Key& key_in(const T& value) {
  static_assert(
      fields_of_type<Key, T>() == 1,
      "a command, event or message must name its stream, row or process by exactly one field of the key's type");
  return *[&]<std::size_t... i>(std::index_sequence<i...>) {
    const auto fields = fields_of(value);
    const Key* found = nullptr;
    const auto look = [&]<class F>(const F* field) {
      if constexpr (std::same_as<F, Key>) found = field;
    };
    (look(std::get<i>(fields)), ...);
    return found;
  }(FieldIndices<T>{});
}

// Whether From has a field of this name and type, and which.
template <class T, class From>
consteval bool has_field(std::string_view name) {
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    return ((std::same_as<T, Field<From, i>> && field_name<From, i>() == name) || ...);
  }(FieldIndices<From>{});
}
template <class T, class From>
const T* field_named(const From& from, std::string_view name) {
  const T* found = nullptr;
  const auto fields = fields_of(from);
  const auto look = [&]<class F>(const F* field, std::string_view called) {
    if constexpr (std::same_as<F, T>)
      if (called == name) found = field;
  };
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    (look(std::get<i>(fields), field_name<From, i>()), ...);
  }(FieldIndices<From>{});
  return found;
}
// A To of the fields that From has under the same names.
template <class To, class From>
To same_fields(const From& from) {
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    static_assert(
        (has_field<Field<To, i>, From>(field_name<To, i>()) && ...),
        "not every field is there under the same name and type: write the mapping as a function");
    return To{*field_named<Field<To, i>>(from, field_name<To, i>())...};
  }(FieldIndices<To>{});
}

std::string snake_case(std::string_view pascal);  // SettleRentalPayment -> settle_rental_payment
std::string slug_case(std::string_view snake);    // price_changed -> price-changed

template <class Why>
std::string slug_of() {
  return slug_case(name_of<Why>());
}

}  // namespace madang::chassis
