#include "chassis/calls/wire.hpp"

#include <chrono>
#include <limits>

namespace madang::chassis::wire {
namespace {

enum Type : std::uint32_t { variable = 0, eight_bytes = 1, delimited = 2, four_bytes = 5 };

[[noreturn]] void no_message() { throw Corrupt{"these bytes are no message"}; }

}  // namespace

void Writer::varint(std::uint64_t value) {
  for (; value >= 0x80U; value >>= 7U) text_ += static_cast<char>((value & 0x7FU) | 0x80U);
  text_ += static_cast<char>(value);
}

void Writer::number(std::uint32_t field, std::uint64_t value) {
  if (value == 0) return;
  varint(std::uint64_t{field} << 3U | variable);
  varint(value);
}

void Writer::bytes(std::uint32_t field, std::string_view value) {
  if (!value.empty()) whole(field, value);
}

void Writer::whole(std::uint32_t field, std::string_view value) {
  varint(std::uint64_t{field} << 3U | delimited);
  varint(value.size());
  text_ += value;
}

std::uint64_t Reader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(take_bytes(1).front());
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80U) return value;
  }
  no_message();
}

std::string_view Reader::take_bytes(std::uint64_t count) {
  if (count > rest_.size()) no_message();
  const auto taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

bool Reader::next() {
  if (rest_.empty()) return false;
  const auto key = varint();
  if (key >> 3U == 0 || key > std::numeric_limits<std::uint32_t>::max()) no_message();
  field_ = static_cast<std::uint32_t>(key >> 3U);
  type_ = static_cast<std::uint32_t>(key & 7U);
  switch (type_) {
    case variable: number_ = varint(); return true;
    case delimited: bytes_ = take_bytes(varint()); return true;
    case eight_bytes: take_bytes(8); return true;
    case four_bytes: take_bytes(4); return true;
    default: no_message();
  }
}

std::uint64_t Reader::number() const {
  if (type_ != variable) no_message();
  return number_;
}

std::string_view Reader::bytes() const {
  if (type_ != delimited) no_message();
  return bytes_;
}

// Seconds since 1970, rounded down, and what is left in nanoseconds.
void Message<kernel::Instant>::write(Writer& to, kernel::Instant at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  to.number(1, static_cast<std::uint64_t>(seconds.time_since_epoch().count()));
  to.number(2, static_cast<std::uint64_t>(std::chrono::nanoseconds{at - seconds}.count()));
}

kernel::Instant Message<kernel::Instant>::read(Reader from) {
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
  while (from.next()) {
    if (from.field() == 1) seconds = static_cast<std::int64_t>(from.number());
    if (from.field() == 2) nanos = static_cast<std::int64_t>(from.number());
  }
  constexpr std::int64_t year_10000 = 253'402'300'800;  // google/protobuf/timestamp.proto
  if (seconds < -62'135'596'800 || seconds >= year_10000 || nanos < 0 || nanos >= 1'000'000'000)
    throw Corrupt{"not a moment"};
  return kernel::Instant{std::chrono::seconds{seconds}} +
         std::chrono::floor<std::chrono::milliseconds>(std::chrono::nanoseconds{nanos});
}

void Message<kernel::Money>::write(Writer& to, const kernel::Money& money) {
  to.number(1, static_cast<std::uint64_t>(money.in_minor_units()));
  to.bytes(2, money.currency().text());
}

kernel::Money Message<kernel::Money>::read(Reader from) {
  std::int64_t units = 0;
  std::string_view code;
  while (from.next()) {
    if (from.field() == 1) units = static_cast<std::int64_t>(from.number());
    if (from.field() == 2) code = from.bytes();
  }
  const auto currency = kernel::Currency::parse(code);
  if (!currency) throw Corrupt{"not a currency"};
  return kernel::Money::minor_units(units, *currency);
}

}  // namespace madang::chassis::wire
