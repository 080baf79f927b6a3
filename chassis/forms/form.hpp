#pragma once
// The stored form of plain structs, in JSON:
//
//   struct       an object with a member per field      Id       its UUID as text
//   integer      a number                               Instant  milliseconds since 1970, a number
//   enumeration  its name                               Money    {"amount": minor units, "currency": "KRW"}
//   optional     null or the value                      Personal {"whose": UUID, "sealed": base64}
//   vector, set  a list                                 map      a list of [key, value]
//   variant      an object whose first member "is" names the type, then that type's fields
//
// Form<T> also makes one sample with every field set, for golden files, and the shape of T as text: two
// types store alike when their shapes are equal.
#include "chassis/forms/reflect.hpp"
#include "chassis/json/json.hpp"
#include "chassis/ports/failures.hpp"
#include "kernel/id.hpp"
#include "kernel/instant.hpp"
#include "kernel/money.hpp"
#include "kernel/personal.hpp"
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace madang::chassis {

template <class T>
struct Form;  // write, read, sample, shape

template <class T>
void write_form(JsonWriter& to, const T& value) {
  Form<T>::write(to, value);
}
template <class T>
T read_form(JsonView from) {
  return Form<T>::read(from);
}
template <class T>
std::string encode(const T& value) {
  std::string json;
  JsonWriter writer{json};
  Form<T>::write(writer, value);
  return json;
}
template <class T>
T decode(std::string_view json) {
  const auto document = JsonDocument::stored(json);
  return Form<T>::read(document.root());
}
template <class T>
T sample(std::string_view name = {}) {
  return Form<T>::sample(name);
}
template <class T>
std::string shape_of() {
  return Form<T>::shape();
}

template <>
struct Form<bool> {
  static void write(JsonWriter& to, bool value) { to.boolean(value); }
  static bool read(JsonView from) { return from.boolean(); }
  static bool sample(std::string_view) { return true; }
  static std::string shape() { return "boolean"; }
};
template <std::integral T>
struct Form<T> {
  static void write(JsonWriter& to, T value) { to.integer(static_cast<std::int64_t>(value)); }
  static T read(JsonView from) {
    const auto value = from.integer();
    if (!std::in_range<T>(value)) throw Corrupt{"a number out of its range"};
    return static_cast<T>(value);
  }
  static T sample(std::string_view) { return T{7}; }
  static std::string shape() { return "integer"; }
};
template <>
struct Form<std::string> {
  static void write(JsonWriter& to, const std::string& value) { to.text(value); }
  static std::string read(JsonView from) { return std::string{from.text()}; }
  static std::string sample(std::string_view name) { return std::string{name}; }
  static std::string shape() { return "text"; }
};

// Enumerators are numbered from 0 and at most 16; one that has been stored is never renamed.
template <class T>
  requires std::is_enum_v<T>
struct Form<T> {
  static constexpr auto names = []<std::size_t... i>(std::index_sequence<i...>) {
    return std::array{name_of_enumerator<static_cast<T>(i)>()...};
  }(std::make_index_sequence<16>{});
  static constexpr bool is_name(std::string_view text) { return text[0] < '0' || text[0] > '9'; }

  static void write(JsonWriter& to, T value) { to.text(names.at(static_cast<std::size_t>(value))); }
  static T read(JsonView from) {
    const auto text = from.text();
    for (std::size_t i = 0; i < names.size(); ++i)
      if (is_name(names[i]) && names[i] == text) return static_cast<T>(i);
    throw Corrupt{"no " + std::string{name_of<T>()} + " is called " + std::string{text}};
  }
  static T sample(std::string_view) { return T{}; }
  static std::string shape() {
    std::string all = "one of";
    for (const auto name : names)
      if (is_name(name)) all += " " + std::string{name};
    return all;
  }
};
template <class Tag>
struct Form<kernel::Id<Tag>> {
  using Id = kernel::Id<Tag>;
  static void write(JsonWriter& to, const Id& id) { to.text(id.text()); }
  static Id read(JsonView from) {
    const auto id = Id::parse(from.text());
    if (!id) throw Corrupt{"not an id: " + std::string{from.text()}};
    return *id;
  }
  static Id sample(std::string_view name) {
    kernel::IdBytes bytes{};
    for (std::size_t i = 0; i < bytes.size() && i < name.size(); ++i)
      bytes[i] = static_cast<std::uint8_t>(name[i]);
    return Id{bytes};
  }
  static std::string shape() { return "id"; }
};
template <>
struct Form<kernel::Instant> {
  static void write(JsonWriter& to, kernel::Instant at) {
    to.integer(at.time_since_epoch().count());
  }
  static kernel::Instant read(JsonView from) {
    return kernel::Instant{std::chrono::milliseconds{from.integer()}};
  }
  static kernel::Instant sample(std::string_view) {
    return kernel::Instant{std::chrono::seconds{1'700'000'000}};
  }
  static std::string shape() { return "instant"; }
};
template <class Rep, class Period>
struct Form<std::chrono::duration<Rep, Period>> {
  using Duration = std::chrono::duration<Rep, Period>;
  static void write(JsonWriter& to, Duration it) { to.integer(it.count()); }
  static Duration read(JsonView from) { return Duration{Form<Rep>::read(from)}; }
  static Duration sample(std::string_view) { return Duration{7}; }
  static std::string shape() {
    return "duration " + std::to_string(Period::num) + "/" + std::to_string(Period::den);
  }
};
template <>
struct Form<kernel::Currency> {
  static void write(JsonWriter& to, kernel::Currency it) { to.text(it.text()); }
  static kernel::Currency read(JsonView from) {
    const auto currency = kernel::Currency::parse(from.text());
    if (!currency) throw Corrupt{"not a currency: " + std::string{from.text()}};
    return *currency;
  }
  static kernel::Currency sample(std::string_view) { return kernel::Currency::krw; }
  static std::string shape() { return "currency"; }
};
template <>
struct Form<kernel::Money> {
  static void write(JsonWriter& to, kernel::Money money) {
    to.begin_object();
    to.member("amount");
    to.integer(money.in_minor_units());
    to.member("currency");
    to.text(money.currency().text());
    to.end_object();
  }
  static kernel::Money read(JsonView from) {
    return kernel::Money::minor_units(from["amount"].integer(),
                                      Form<kernel::Currency>::read(from["currency"]));
  }
  static kernel::Money sample(std::string_view) { return kernel::Money::won(1200); }
  static std::string shape() { return "money"; }
};
template <class T>
struct Form<kernel::Personal<T>> {
  using Personal = kernel::Personal<T>;
  static void write(JsonWriter& to, const Personal& it) {
    to.begin_object();
    to.member("whose");
    to.text(it.whose().text());
    to.member("sealed");
    to.text(to_base64(it.sealed()));
    to.end_object();
  }
  static Personal read(JsonView from) {
    auto sealed = from_base64(from["sealed"].text());
    if (!sealed) throw Corrupt{"not base64 where a person's data should be"};
    return {Form<kernel::PersonId>::read(from["whose"]), std::move(*sealed)};
  }
  static Personal sample(std::string_view name) {
    return {Form<kernel::PersonId>::sample(name), std::string{name}};
  }
  static std::string shape() { return "personal " + shape_of<T>(); }
};
template <class T>
struct Form<std::optional<T>> {
  static void write(JsonWriter& to, const std::optional<T>& value) {
    if (value) Form<T>::write(to, *value);
    else to.null();
  }
  static std::optional<T> read(JsonView from) {
    if (from.is_null()) return std::nullopt;
    return Form<T>::read(from);
  }
  static std::optional<T> sample(std::string_view name) { return Form<T>::sample(name); }
  static std::string shape() { return "optional " + shape_of<T>(); }
};

namespace detail {
template <class List, class Item>
struct ListForm {
  static void write(JsonWriter& to, const List& items) {
    to.begin_array();
    for (const auto& item : items) Form<Item>::write(to, item);
    to.end_array();
  }
  static List read(JsonView from) {
    if (!from.is_array()) throw Corrupt{"not a list"};
    List items;
    for (std::size_t i = 0; i < from.size(); ++i)
      items.insert(items.end(), Form<Item>::read(from.at(i)));
    return items;
  }
  static List sample(std::string_view name) { return {Form<Item>::sample(name)}; }
  static std::string shape() { return "list " + shape_of<Item>(); }
};
}  // namespace detail

template <class T>
struct Form<std::vector<T>> : detail::ListForm<std::vector<T>, T> {};
template <class T>
struct Form<std::set<T>> : detail::ListForm<std::set<T>, T> {};
template <class K, class V>
struct Form<std::map<K, V>> {
  static void write(JsonWriter& to, const std::map<K, V>& items) {
    to.begin_array();
    for (const auto& [key, value] : items) {
      to.begin_array();
      Form<K>::write(to, key);
      Form<V>::write(to, value);
      to.end_array();
    }
    to.end_array();
  }
  static std::map<K, V> read(JsonView from) {
    if (!from.is_array()) throw Corrupt{"not a list of pairs"};
    std::map<K, V> items;
    for (std::size_t i = 0; i < from.size(); ++i) {
      const auto pair = from.at(i);
      items.emplace(Form<K>::read(pair.at(0)), Form<V>::read(pair.at(1)));
    }
    return items;
  }
  static std::map<K, V> sample(std::string_view name) {
    return {{Form<K>::sample(name), Form<V>::sample(name)}};
  }
  static std::string shape() { return "map " + shape_of<K>() + " to " + shape_of<V>(); }
};

template <Plain T>
struct Form<T> {
  static void write(JsonWriter& to, const T& value) {
    to.begin_object();
    write_fields(to, value);
    to.end_object();
  }
  static void write_fields(JsonWriter& to, [[maybe_unused]] const T& value) {
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      [[maybe_unused]] const auto fields = fields_of(value);
      ((to.member(stored_name<T, i>()), Form<Field<T, i>>::write(to, *std::get<i>(fields))), ...);
    }(FieldIndices<T>{});
  }
  static T read([[maybe_unused]] JsonView from) {
    return [&]<std::size_t... i>(std::index_sequence<i...>) {
      return T{read_field<i>(from)...};
    }(FieldIndices<T>{});
  }
  template <std::size_t i>
  static Field<T, i> read_field(JsonView from) {
    constexpr bool may_be_absent = has_come_later<T, i>();
    if constexpr (may_be_absent)
      if (!from.find(stored_name<T, i>())) return std::nullopt;
    return Form<Field<T, i>>::read(from[stored_name<T, i>()]);
  }
  static T sample(std::string_view) {
    return []<std::size_t... i>(std::index_sequence<i...>) {
      return T{Form<Field<T, i>>::sample(field_name<T, i>())...};
    }(FieldIndices<T>{});
  }
  static std::string shape() {
    return []<std::size_t... i>(std::index_sequence<i...>) {
      return "{" +
             (std::string{} + ... +
              (std::string{stored_name<T, i>()} + ":" + shape_of<Field<T, i>>() + ",")) +
             "}";
    }(FieldIndices<T>{});
  }
};

template <class... T>
struct Form<std::variant<T...>> {
  using Variant = std::variant<T...>;
  static void write(JsonWriter& to, const Variant& value) {
    to.begin_object();
    to.member("is");
    std::visit(
        [&]<class Is>(const Is& is) {
          to.text(name_of<Is>());
          if constexpr (!std::same_as<Is, std::monostate>) Form<Is>::write_fields(to, is);
        },
        value);
    to.end_object();
  }
  static Variant read(JsonView from) {
    const auto is = from["is"].text();
    std::optional<Variant> found;
    (static_cast<void>(name_of<T>() == is ? (found.emplace(read_one<T>(from)), true) : false), ...);
    if (!found) throw Corrupt{"no alternative is called " + std::string{is}};
    return std::move(*found);
  }
  static Variant sample(std::string_view name) {
    return Form<std::tuple_element_t<sizeof...(T) - 1, std::tuple<T...>>>::sample(name);
  }
  static std::string shape() {
    return "one of" + (std::string{} + ... + (" " + std::string{name_of<T>()} + shape_of<T>()));
  }

 private:
  template <class One>
  static One read_one(JsonView from) {
    if constexpr (std::same_as<One, std::monostate>) return {};
    else return Form<One>::read(from);
  }
};
template <>
struct Form<std::monostate> {
  static std::monostate sample(std::string_view) { return {}; }
  static std::string shape() { return "nothing"; }
};

}  // namespace madang::chassis
