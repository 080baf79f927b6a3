#pragma once
// Values as the contract writes them in JSON. What a context's own structs look like is generated
// beside them, as further overloads of `write`.
#include <concepts>
#include <optional>
#include <string>
#include <vector>

#include "chassis/json/json.hpp"
#include "contracts/support/rules.hpp"

namespace madang::contracts {

inline void write(chassis::JsonWriter& to, const std::string& text) { to.text(text); }
inline void write(chassis::JsonWriter& to, std::signed_integral auto number) { to.integer(number); }
inline void write(chassis::JsonWriter& to, std::same_as<bool> auto value) { to.boolean(value); }
inline void write(chassis::JsonWriter& to, kernel::Instant at) { to.text(text_of(at)); }
template <class Tag>
void write(chassis::JsonWriter& to, const kernel::Id<Tag>& id) {
  to.text(id.text());
}
void write(chassis::JsonWriter&, kernel::Money);

// Null where there is nothing: only for members that are always there.
template <class T>
void write(chassis::JsonWriter& to, const std::optional<T>& value) {
  if (value) write(to, *value);
  else to.null();
}
template <class T>
void write(chassis::JsonWriter& to, const std::vector<T>& items) {
  to.begin_array();
  for (const auto& item : items) {
    if constexpr (std::is_enum_v<T>) to.text(text_of(item));
    else write(to, item);
  }
  to.end_array();
}

}  // namespace madang::contracts
