#pragma once
// Where something about a person becomes unreadable to all who lack that person's key, and readable
// again: Personal<T> everywhere else is ciphertext. Only the edges of a context use it.
//
//   const auto name = vault.seal(kim, "name", FullName{"Kim"});
//   match(vault.open(name, "name"), [](const FullName&) {…}, [](Erased) {…});
//
// The field is sealed in: a name moved to where an e-mail address stood, or to another person, does
// not open. It is a wire name, so it never changes. T is std::string, or has text() and parse().
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "chassis/ports/failures.hpp"
#include "kernel/personal.hpp"

namespace madang::chassis {

template <class T>
concept Sealable = std::same_as<T, std::string> || requires(const T& value, std::string_view text) {
  { value.text() } -> std::convertible_to<std::string>;
  { T::parse(text) } -> std::same_as<std::optional<T>>;
};

// Any thread. Both throw Unavailable while the person's key cannot be had: then nothing is written.
class Vault {
 public:
  virtual ~Vault() = default;

  // Throws Conflict once the person is erased: nothing about them may be kept any more.
  template <Sealable T>
  [[nodiscard]] kernel::Personal<T> seal(const kernel::PersonId& person, std::string_view field,
                                         const T& value) {
    if constexpr (std::same_as<T, std::string>) return {person, seal_bytes(person, field, value)};
    else return {person, seal_bytes(person, field, std::string{value.text()})};
  }

  // Throws Corrupt for what was not sealed for this person and field.
  template <Sealable T>
  [[nodiscard]] std::variant<T, kernel::Erased> open(const kernel::Personal<T>& personal,
                                                     std::string_view field) {
    auto bytes = open_bytes(personal.whose(), field, personal.sealed());
    if (!bytes) return kernel::Erased{};
    if constexpr (std::same_as<T, std::string>) {
      return *std::move(bytes);
    } else {
      auto value = T::parse(*bytes);
      if (!value) throw Corrupt{"what was sealed as " + std::string{field} + " is none any more"};
      return *std::move(value);
    }
  }

 private:
  virtual std::string seal_bytes(const kernel::PersonId&, std::string_view field,
                                 std::string_view bytes) = 0;
  virtual std::optional<std::string> open_bytes(const kernel::PersonId&, std::string_view field,
                                                std::string_view sealed) = 0;  // nullopt: erased
};

// Makes a person's key; identity alone has one. Again for the same person: nothing happens. Durable
// when it returns. Throws Unavailable, and Conflict once the person is erased.
class KeyMaker {
 public:
  virtual ~KeyMaker() = default;
  virtual void make_key(const kernel::PersonId&) = 0;
};

// Destroys a person's key where this context keeps it, for ever: what was sealed with it opens as Erased,
// and no file of the context has the key any more. Again for the same person: nothing happens. Throws
// Unavailable when it could not be made sure of; the same call again goes on.
class KeyDestroyer {
 public:
  virtual ~KeyDestroyer() = default;
  virtual void destroy_key(const kernel::PersonId&) = 0;
};

}  // namespace madang::chassis
