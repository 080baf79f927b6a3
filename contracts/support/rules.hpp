#pragma once
// What a value in a request must be, and the value it then is. Each rule reads JSON (a body's member)
// and, where the contract has it as a parameter, text; it either gives the value or adds faults.
//
//   Text{.most = 100, .pattern = &name}    Integer<std::int32_t>{1, 365}    Boolean{}
//   Identity<kernel::EditionId>{}          Amount{.least = 1}               Time{}
//   Choice<Format>{format_names}           List{.item = Text{}, .most = 50}
//   Object<RentalTerms>{read_rental_terms}
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chassis/json/json.hpp"
#include "contracts/support/faults.hpp"
#include "contracts/support/pattern.hpp"
#include "kernel/id.hpp"
#include "kernel/instant.hpp"
#include "kernel/money.hpp"

namespace madang::contracts {

using chassis::JsonView;

// RFC 3339 in UTC with milliseconds, as the shop writes it; reading takes any offset and fraction.
std::string text_of(kernel::Instant);
std::optional<kernel::Instant> parse_instant(std::string_view);

struct Text {
  using Value = std::string;
  std::size_t least = 0, most = std::numeric_limits<std::size_t>::max();  // code points
  const Pattern* pattern = nullptr;
  std::optional<std::string> from_json(JsonView, const Place&, Faults&) const;
  std::optional<std::string> from_text(std::string_view, const Place&, Faults&) const;
};

namespace detail {
std::optional<std::int64_t> integer_from_json(JsonView, std::int64_t least, std::int64_t most,
                                              const Place&, Faults&);
std::optional<std::int64_t> integer_from_text(std::string_view, std::int64_t least,
                                              std::int64_t most, const Place&, Faults&);
// The text of a JSON string, or a fault.
std::optional<std::string_view> text_in(JsonView, const Place&, Faults&);
std::optional<std::size_t> index_of(std::string_view, std::span<const std::string_view>,
                                    const Place&, Faults&);
}  // namespace detail

template <std::signed_integral T>
struct Integer {
  using Value = T;
  T least = std::numeric_limits<T>::min(), most = std::numeric_limits<T>::max();
  std::optional<T> from_json(JsonView from, const Place& place, Faults& faults) const {
    return narrowed(detail::integer_from_json(from, least, most, place, faults));
  }
  std::optional<T> from_text(std::string_view from, const Place& place, Faults& faults) const {
    return narrowed(detail::integer_from_text(from, least, most, place, faults));
  }

 private:
  static std::optional<T> narrowed(std::optional<std::int64_t> value) {
    return value ? std::optional{static_cast<T>(*value)} : std::nullopt;
  }
};

struct Boolean {
  using Value = bool;
  static std::optional<bool> from_json(JsonView, const Place&, Faults&);
  static std::optional<bool> from_text(std::string_view, const Place&, Faults&);
};

template <class Id>
struct Identity {
  using Value = Id;
  static std::optional<Id> from_json(JsonView from, const Place& place, Faults& faults) {
    const auto text = detail::text_in(from, place, faults);
    return text ? from_text(*text, place, faults) : std::nullopt;
  }
  static std::optional<Id> from_text(std::string_view from, const Place& place, Faults& faults) {
    const auto id = Id::parse(from);
    if (!id) faults.add(place, "not-a-uuid");
    return id;
  }
};

struct Time {
  using Value = kernel::Instant;
  static std::optional<kernel::Instant> from_json(JsonView, const Place&, Faults&);
  static std::optional<kernel::Instant> from_text(std::string_view, const Place&, Faults&);
};

struct Amount {
  using Value = kernel::Money;
  std::int64_t least = 0, most = std::numeric_limits<std::int64_t>::max();
  std::optional<kernel::Money> from_json(JsonView, const Place&, Faults&) const;
};

// An ETag in If-Match: the version between its quotes.
struct Version {
  using Value = std::int64_t;
  static std::optional<std::int64_t> from_text(std::string_view, const Place&, Faults&);
};

// One of the names, in the order of the enumerators from 0.
template <class Enum>
struct Choice {
  using Value = Enum;
  std::span<const std::string_view> names;
  std::optional<Enum> from_json(JsonView from, const Place& place, Faults& faults) const {
    const auto text = detail::text_in(from, place, faults);
    return text ? from_text(*text, place, faults) : std::nullopt;
  }
  std::optional<Enum> from_text(std::string_view from, const Place& place, Faults& faults) const {
    const auto index = detail::index_of(from, names, place, faults);
    return index ? std::optional{static_cast<Enum>(*index)} : std::nullopt;
  }
};

template <class Item>
struct List {
  using Value = std::vector<typename Item::Value>;
  Item item;
  std::size_t least = 0, most = std::numeric_limits<std::size_t>::max();
  std::optional<Value> from_json(JsonView from, const Place& place, Faults& faults) const {
    if (!from.is_array()) {
      faults.add(place, "wrong-type", "array");
      return std::nullopt;
    }
    const auto before = faults.count();
    if (from.size() < least) faults.add(place, "too-few", static_cast<std::int64_t>(least));
    if (from.size() > most) faults.add(place, "too-many", static_cast<std::int64_t>(most));
    if (faults.count() != before) return std::nullopt;
    Value all;
    all.reserve(from.size());
    for (std::size_t i = 0; i < from.size(); ++i)
      if (auto value = item.from_json(from.at(i), place.item(i), faults))
        all.push_back(std::move(*value));
    return faults.count() == before ? std::optional{std::move(all)} : std::nullopt;
  }
};

template <class T>
struct Object {
  using Value = T;
  std::optional<T> (*read)(JsonView, const Place&, Faults&);
  std::optional<T> from_json(JsonView from, const Place& place, Faults& faults) const {
    return read(from, place, faults);
  }
};

// The members of a JSON object, each read once; one that the contract does not name is a fault.
class Members {
 public:
  Members(JsonView object, const Place&, Faults&, std::span<const std::string_view> known);

  template <class Rule>
  std::optional<typename Rule::Value> required(std::string_view name, const Rule& rule) const {
    if (!is_object_) return std::nullopt;
    const auto found = object_.find(name);
    if (!found) faults_.add(place_.member(name), "missing");
    return found ? rule.from_json(*found, place_.member(name), faults_) : std::nullopt;
  }
  template <class Rule>
  std::optional<typename Rule::Value> optional(std::string_view name, const Rule& rule) const {
    const auto found = is_object_ ? object_.find(name) : std::nullopt;
    return found ? rule.from_json(*found, place_.member(name), faults_) : std::nullopt;
  }
  // No fault so far: everything required is there.
  [[nodiscard]] bool sound() const { return faults_.count() == before_; }

 private:
  JsonView object_;
  const Place& place_;
  Faults& faults_;
  std::size_t before_;
  bool is_object_;
};

// A whole body. Faults are at least one where there is no value.
template <class Rule>
std::optional<typename Rule::Value> read_body(std::string_view text, const Rule& rule,
                                              Faults& faults) {
  const auto document = chassis::JsonDocument::from_outside(text);
  if (!document) faults.add(Place::body(), "not-json");
  return document ? rule.from_json(document->root(), Place::body(), faults) : std::nullopt;
}

}  // namespace madang::contracts
