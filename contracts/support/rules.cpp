#include "contracts/support/rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "chassis/telemetry/time_text.hpp"

namespace madang::contracts {
namespace {

std::size_t code_points(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::optional<std::int64_t> within(std::int64_t value, std::int64_t least, std::int64_t most,
                                   const Place& place, Faults& faults) {
  if (value < least) faults.add(place, "too-small", least);
  else if (value > most) faults.add(place, "too-large", most);
  else return value;
  return std::nullopt;
}

// Digits of a fixed width out of a longer text.
class Digits {
 public:
  explicit Digits(std::string_view text) : text_{text} {}
  int take(std::size_t width) {
    int value = 0;
    for (; width > 0; --width) {
      if (text_.empty() || text_[0] < '0' || text_[0] > '9') return sound_ = false, 0;
      value = value * 10 + (text_[0] - '0');
      text_.remove_prefix(1);
    }
    return value;
  }
  bool take_any_of(std::string_view signs) {
    if (text_.empty() || signs.find(text_[0]) == std::string_view::npos) return false;
    text_.remove_prefix(1);
    return true;
  }
  void demand(std::string_view any_of) { sound_ = take_any_of(any_of) && sound_; }
  // The first three digits of a fraction; the others are left out.
  int milliseconds() {
    int value = 0;
    int digits = 0;
    for (; !text_.empty() && text_[0] >= '0' && text_[0] <= '9'; ++digits) {
      if (digits < 3) value = value * 10 + (text_[0] - '0');
      text_.remove_prefix(1);
    }
    if (digits == 0) sound_ = false;
    for (; digits < 3; ++digits) value *= 10;
    return value;
  }
  [[nodiscard]] bool sound_and_done() const { return sound_ && text_.empty(); }

 private:
  std::string_view text_;
  bool sound_ = true;
};

}  // namespace

std::string text_of(kernel::Instant at) { return telemetry::time_text(at); }

std::optional<kernel::Instant> parse_instant(std::string_view text) {
  using namespace std::chrono;
  Digits digits{text};
  const year year_{digits.take(4)};
  digits.demand("-");
  const month month_{static_cast<unsigned>(digits.take(2))};
  digits.demand("-");
  const year_month_day date{year_, month_, day{static_cast<unsigned>(digits.take(2))}};
  digits.demand("Tt");
  const int hour = digits.take(2);
  digits.demand(":");
  const int minute = digits.take(2);
  digits.demand(":");
  const int second = digits.take(2);
  const int fraction = digits.take_any_of(".") ? digits.milliseconds() : 0;
  minutes offset{0};
  if (!digits.take_any_of("Zz")) {
    const bool behind = digits.take_any_of("-");
    if (!behind) digits.demand("+");
    const int hours_off = digits.take(2);
    digits.demand(":");
    const int minutes_off = digits.take(2);
    if (hours_off > 23 || minutes_off > 59) return std::nullopt;
    offset = (hours{hours_off} + minutes{minutes_off}) * (behind ? -1 : 1);
  }
  // A leap second (60) is taken for the second after it, as POSIX time does.
  if (!digits.sound_and_done() || !date.ok() || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  return kernel::Instant{sys_days{date}} + hours{hour} + minutes{minute} + seconds{second} +
         milliseconds{fraction} - offset;
}

std::optional<std::string> Text::from_json(JsonView from, const Place& place,
                                           Faults& faults) const {
  const auto text = detail::text_in(from, place, faults);
  return text ? from_text(*text, place, faults) : std::nullopt;
}

std::optional<std::string> Text::from_text(std::string_view from, const Place& place,
                                           Faults& faults) const {
  const auto length = code_points(from);
  if (length < least) faults.add(place, "too-short", static_cast<std::int64_t>(least));
  else if (length > most) faults.add(place, "too-long", static_cast<std::int64_t>(most));
  else if (pattern != nullptr && !pattern->matches(from))
    faults.add(place, "not-as-described", pattern->text());
  else return std::string{from};
  return std::nullopt;
}

namespace detail {

std::optional<std::int64_t> integer_from_json(JsonView from, std::int64_t least, std::int64_t most,
                                              const Place& place, Faults& faults) {
  if (from.is_integer()) return within(from.integer(), least, most, place, faults);
  if (from.kind() != JsonView::Kind::number || from.number() != std::trunc(from.number())) {
    faults.add(place, "wrong-type", "integer");
    return std::nullopt;
  }
  // 3.0 is an integer to JSON Schema. Beyond 2^53 a double no longer names one.
  constexpr double exact = 9007199254740992.0;
  if (from.number() < -exact) faults.add(place, "too-small", least);
  else if (from.number() > exact) faults.add(place, "too-large", most);
  else return within(static_cast<std::int64_t>(from.number()), least, most, place, faults);
  return std::nullopt;
}

std::optional<std::int64_t> integer_from_text(std::string_view from, std::int64_t least,
                                              std::int64_t most, const Place& place,
                                              Faults& faults) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(from.data(), from.data() + from.size(), value);
  if (error == std::errc::result_out_of_range)
    faults.add(place, from.starts_with('-') ? "too-small" : "too-large",
               from.starts_with('-') ? least : most);
  else if (error != std::errc{} || end != from.data() + from.size())
    faults.add(place, "wrong-type", "integer");
  else return within(value, least, most, place, faults);
  return std::nullopt;
}

std::optional<std::string_view> text_in(JsonView from, const Place& place, Faults& faults) {
  if (from.is_text()) return from.text();
  faults.add(place, "wrong-type", "string");
  return std::nullopt;
}

std::optional<std::size_t> index_of(std::string_view text, std::span<const std::string_view> names,
                                    const Place& place, Faults& faults) {
  const auto found = std::ranges::find(names, text);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  std::string all;
  for (const auto name : names) all += (all.empty() ? "" : ", ") + std::string{name};
  faults.add(place, "not-in-list", std::move(all));
  return std::nullopt;
}

}  // namespace detail

std::optional<bool> Boolean::from_json(JsonView from, const Place& place, Faults& faults) {
  if (from.is_boolean()) return from.boolean();
  faults.add(place, "wrong-type", "boolean");
  return std::nullopt;
}

std::optional<bool> Boolean::from_text(std::string_view from, const Place& place, Faults& faults) {
  if (from == "true" || from == "false") return from == "true";
  faults.add(place, "wrong-type", "boolean");
  return std::nullopt;
}

std::optional<kernel::Instant> Time::from_json(JsonView from, const Place& place, Faults& faults) {
  const auto text = detail::text_in(from, place, faults);
  return text ? from_text(*text, place, faults) : std::nullopt;
}

std::optional<kernel::Instant> Time::from_text(std::string_view from, const Place& place,
                                               Faults& faults) {
  const auto at = parse_instant(from);
  if (!at) faults.add(place, "not-a-time");
  return at;
}

std::optional<kernel::Money> Amount::from_json(JsonView from, const Place& place,
                                               Faults& faults) const {
  static const Pattern code{"^[A-Z]{3}$"};
  static constexpr std::array<std::string_view, 2> names{"amount", "currency"};
  const Members in{from, place, faults, names};
  const auto amount = in.required("amount", Integer<std::int64_t>{least, most});
  const auto currency = in.required("currency", Text{.pattern = &code});
  if (!in.sound()) return std::nullopt;
  return kernel::Money::minor_units(*amount, *kernel::Currency::parse(*currency));
}

std::optional<std::int64_t> Version::from_text(std::string_view from, const Place& place,
                                               Faults& faults) {
  static const Pattern quoted{"^\"[0-9]{1,18}\"$"};
  const auto tag = Text{.pattern = &quoted}.from_text(from, place, faults);
  if (!tag) return std::nullopt;
  return detail::integer_from_text(std::string_view{*tag}.substr(1, tag->size() - 2), 0,
                                   std::numeric_limits<std::int64_t>::max(), place, faults);
}

Members::Members(JsonView object, const Place& place, Faults& faults,
                 std::span<const std::string_view> known)
    : object_{object},
      place_{place},
      faults_{faults},
      before_{faults.count()},
      is_object_{object.is_object()} {
  if (!is_object_) {
    faults_.add(place_, "wrong-type", "object");
    return;
  }
  for (std::size_t i = 0; i < object_.size(); ++i) {
    const auto name = object_.name_at(i);
    if (std::ranges::find(known, name) == known.end()) faults_.add(place_.member(name), "unknown");
  }
}

}  // namespace madang::contracts
