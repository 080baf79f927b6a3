#pragma once
// An amount in whole minor units (ISO 4217) of one currency. Never floating point. Two currencies
// are never added or ordered: that is a defect and throws std::logic_error; an amount that would
// leave 64 bits throws std::overflow_error.
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace madang::kernel {

class Currency {
 public:
  [[nodiscard]] static constexpr std::optional<Currency> parse(std::string_view code) {
    if (code.size() != 3) return std::nullopt;
    for (const char c : code)
      if (c < 'A' || c > 'Z') return std::nullopt;
    return Currency{{code[0], code[1], code[2]}};
  }
  [[nodiscard]] std::string text() const { return {code_.begin(), code_.end()}; }
  friend constexpr auto operator<=>(const Currency&, const Currency&) = default;

  static const Currency krw;

 private:
  explicit constexpr Currency(std::array<char, 3> code) : code_{code} {}
  std::array<char, 3> code_;
};
inline constexpr Currency Currency::krw = Currency{{'K', 'R', 'W'}};

class Money {
 public:
  [[nodiscard]] static constexpr Money minor_units(std::int64_t amount, Currency currency) {
    return Money{amount, currency};
  }
  [[nodiscard]] static constexpr Money won(std::int64_t amount) {
    return Money{amount, Currency::krw};
  }
  [[nodiscard]] constexpr std::int64_t in_minor_units() const { return amount_; }
  [[nodiscard]] constexpr Currency currency() const { return currency_; }
  [[nodiscard]] constexpr bool is_zero() const { return amount_ == 0; }

  friend constexpr Money operator+(Money a, Money b) {
    a.demand_same_currency(b);
    if (__builtin_add_overflow(a.amount_, b.amount_, &a.amount_)) too_much();
    return a;
  }
  friend constexpr Money operator-(Money a, Money b) {
    a.demand_same_currency(b);
    if (__builtin_sub_overflow(a.amount_, b.amount_, &a.amount_)) too_much();
    return a;
  }
  friend constexpr Money operator*(Money a, std::int64_t times) {
    if (__builtin_mul_overflow(a.amount_, times, &a.amount_)) too_much();
    return a;
  }
  friend constexpr bool operator==(Money, Money) = default;
  friend constexpr auto operator<=>(Money a, Money b) {
    a.demand_same_currency(b);
    return a.amount_ <=> b.amount_;
  }

 private:
  constexpr Money(std::int64_t amount, Currency currency) : amount_{amount}, currency_{currency} {}
  constexpr void demand_same_currency(Money other) const {
    if (currency_ != other.currency_) throw std::logic_error{"two currencies in one sum"};
  }
  [[noreturn]] static void too_much() { throw std::overflow_error{"an amount of money overflows"}; }

  std::int64_t amount_;
  Currency currency_;
};

}  // namespace madang::kernel
