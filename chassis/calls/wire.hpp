#pragma once
// Protobuf's wire form (protobuf.dev/programming-guides/encoding), as far as the calls between contexts need it:
//
//   message = *field          field = key value        key = varint of number << 3 | type
//   type 0: varint            integers, booleans, enumerations
//   type 2: varint, bytes     text, bytes, messages; so also ids, instants and money (contracts/messages/madang/kernel)
//
// A number that is zero and a text that is empty are left out, as proto3 has it. What the reader does not know, it passes
// over. tools/proto_to_cpp.py writes a Message<T> for each message; nobody else needs to.
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "chassis/ports/failures.hpp"
#include "kernel/id.hpp"
#include "kernel/instant.hpp"
#include "kernel/money.hpp"

namespace madang::chassis::wire {

class Writer;
class Reader;

// write(Writer&, const T&), read(Reader) -> T; read throws Corrupt.
template <class T>
struct Message;
// The number of an enumeration's last value; they begin with 1.
template <class T>
inline constexpr std::uint64_t last_value = 0;

class Writer {
 public:
  void number(std::uint32_t field, std::uint64_t value);
  void bytes(std::uint32_t field, std::string_view value);
  template <class T>
  void message(std::uint32_t field, const T& value) {
    Writer inner;
    Message<T>::write(inner, value);
    whole(field, inner.text_);
  }
  template <class T>
  void put(std::uint32_t field, const T& value) {
    if constexpr (std::is_enum_v<T>) number(field, static_cast<std::uint64_t>(value) + 1);
    else if constexpr (std::integral<T>) number(field, static_cast<std::uint64_t>(value));
    else if constexpr (std::same_as<T, std::string>) bytes(field, value);
    else message(field, value);
  }
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  void varint(std::uint64_t);
  void whole(std::uint32_t field, std::string_view value);  // also when it is empty

  std::string text_;
};

// One field after the other. All throw Corrupt for bytes that are no message.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_{bytes} {}

  // False: there is no more.
  bool next();
  [[nodiscard]] std::uint32_t field() const { return field_; }
  // Of the field that next() has come to.
  [[nodiscard]] std::uint64_t number() const;
  [[nodiscard]] std::string_view bytes() const;
  template <class T>
  [[nodiscard]] T value() const {
    if constexpr (std::is_enum_v<T>) return enumerator<T>(number());
    else if constexpr (std::same_as<T, bool>) return number() != 0;
    else if constexpr (std::integral<T>) return static_cast<T>(number());
    else if constexpr (std::same_as<T, std::string>) return T{bytes()};
    else return Message<T>::read(Reader{bytes()});
  }
  // The same into something that may come to no value.
  template <class T>
  void take(std::optional<T>& to) const {
    to.emplace(value<T>());
  }

 private:
  template <class T>
  static T enumerator(std::uint64_t number) {
    if (number == 0 || number > last_value<T>) throw Corrupt{"a value that is not known here"};
    return static_cast<T>(number - 1);
  }
  std::uint64_t varint();
  std::string_view take_bytes(std::uint64_t count);

  std::string_view rest_;
  std::uint32_t field_ = 0, type_ = 0;
  std::uint64_t number_ = 0;
  std::string_view bytes_;
};

// A field of a message that has been read to its end: what was left out is zero or empty, where it can be.
template <class T>
T given(std::optional<T>&& read, const char* name) {
  if (read) return *std::move(read);
  if constexpr (std::integral<T> || std::same_as<T, std::string>) return T{};
  else throw Corrupt{std::string{name} + " is missing"};
}

template <class T>
std::string encode(const T& value) {
  Writer to;
  Message<T>::write(to, value);
  return std::move(to).text();
}
template <class T>
T decode(std::string_view bytes) {
  return Message<T>::read(Reader{bytes});
}

// madang.kernel.v1 and google.protobuf.Timestamp.
template <class Tag>
struct Message<kernel::Id<Tag>> {
  static void write(Writer& to, const kernel::Id<Tag>& id) { to.bytes(1, id.text()); }
  static kernel::Id<Tag> read(Reader from) {
    std::string_view uuid;
    while (from.next())
      if (from.field() == 1) uuid = from.bytes();
    const auto id = kernel::Id<Tag>::parse(uuid);
    if (!id) throw Corrupt{"not an id"};
    return *id;
  }
};
template <>
struct Message<kernel::Instant> {
  static void write(Writer&, kernel::Instant);
  static kernel::Instant read(Reader);
};
template <>
struct Message<kernel::Money> {
  static void write(Writer&, const kernel::Money&);
  static kernel::Money read(Reader);
};

}  // namespace madang::chassis::wire
