#pragma once
// Plain structs as the person whom they are about may read them, in JSON: what is sealed is opened, moments
// are text (RFC 3339), maps and lists are lists. Not a stored form: nothing reads it back, and it may change.
#include "chassis/forms/form.hpp"
#include "chassis/ports/vault.hpp"
#include "chassis/telemetry/time_text.hpp"

namespace madang::chassis {

// `field`: under which name something was sealed, which is that of its field.
template <class T>
struct Readable {
  static void write(JsonWriter& to, const T& value, std::string_view, Vault&) {
    write_form(to, value);
  }
};
template <class T>
void write_readable(JsonWriter& to, const T& value, std::string_view field, Vault& vault) {
  Readable<T>::write(to, value, field, vault);
}

template <class T>
struct Readable<kernel::Personal<T>> {
  static void write(JsonWriter& to, const kernel::Personal<T>& value, std::string_view field,
                    Vault& vault) {
    const auto opened = vault.open(value, field);
    if (const auto* plain = std::get_if<T>(&opened)) write_form(to, *plain);
    else to.null();
  }
};
template <>
struct Readable<kernel::Instant> {
  static void write(JsonWriter& to, kernel::Instant at, std::string_view, Vault&) {
    to.text(telemetry::time_text(at));
  }
};
template <class T>
struct Readable<std::optional<T>> {
  static void write(JsonWriter& to, const std::optional<T>& value, std::string_view field,
                    Vault& vault) {
    if (value) write_readable(to, *value, field, vault);
    else to.null();
  }
};
template <class T>
struct Readable<std::vector<T>> {
  static void write(JsonWriter& to, const std::vector<T>& items, std::string_view field,
                    Vault& vault) {
    to.begin_array();
    for (const auto& item : items) write_readable(to, item, field, vault);
    to.end_array();
  }
};
// What is nothing but a text of its own kind is that text.
template <class T>
concept IsText = Plain<T> && field_count<T> == 1 && requires(const T& it) {
  { it.text } -> std::convertible_to<const std::string&>;
};
template <Plain T>
struct Readable<T> {
  static void write(JsonWriter& to, const T& value, std::string_view field, Vault& vault) {
    if constexpr (IsText<T>) to.text(value.text);
    else write_fields(to, value, field, vault);
  }

 private:
  static void write_fields(JsonWriter& to, const T& value, std::string_view, Vault& vault) {
    to.begin_object();
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      const auto fields = fields_of(value);
      ((to.member(field_name<T, i>()),
        write_readable(to, *std::get<i>(fields), field_name<T, i>(), vault)),
       ...);
    }(FieldIndices<T>{});
    to.end_object();
  }
};

// Whether a stored struct says something about somebody: names a person, or has something sealed.
template <class T>
inline constexpr bool is_about_someone = false;
template <>
inline constexpr bool is_about_someone<kernel::PersonId> = true;
template <class T>
inline constexpr bool is_about_someone<kernel::Personal<T>> = true;
template <class T>
inline constexpr bool is_about_someone<std::optional<T>> = is_about_someone<T>;
template <class T>
inline constexpr bool is_about_someone<std::vector<T>> = is_about_someone<T>;
template <class T>
inline constexpr bool is_about_someone<std::set<T>> = is_about_someone<T>;
template <class K, class V>
inline constexpr bool is_about_someone<std::map<K, V>> = is_about_someone<K> || is_about_someone<V>;
template <Plain T>
inline constexpr bool is_about_someone<T> = []<std::size_t... i>(std::index_sequence<i...>) {
  return (false || ... || is_about_someone<Field<T, i>>);
}(FieldIndices<T>{});

}  // namespace madang::chassis
