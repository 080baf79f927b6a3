#pragma once
// Keeps and checks passwords, never the words themselves: Argon2id (RFC 9106) at the cost that OWASP
// asks for, as a PHC string. Each hash takes memory and time on purpose, so only a few are made at
// once and few may wait; beyond that the shop says so at once instead of falling over.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chassis/runtime/runtime.hpp"
#include "chassis/security/turns.hpp"

namespace madang::security {

// OWASP Password Storage Cheat Sheet: at least 19 MiB, two passes, one lane.
struct PasswordCost {
  std::uint32_t memory_kib = 19 * 1024;
  std::uint32_t passes = 2;
  friend bool operator==(const PasswordCost&, const PasswordCost&) = default;
};

// Any thread. Calls take some 20 ms each; they throw Unavailable when too many wait, or for too long.
class Passwords {
 public:
  enum class Verdict {
    right,
    right_but_hash_again,  // kept at another cost than today's: store hash() of it
    wrong
  };

  explicit Passwords(runtime::Runtime&, PasswordCost = {}, TurnLimits = {});

  [[nodiscard]] std::string hash(std::string_view password);

  // `stored` is what hash() gave, or nullopt when there is no such person: then the same work is
  // done for nothing, so that the time does not tell who has an account. Throws Corrupt when it is
  // no such text.
  [[nodiscard]] Verdict verify(std::string_view password, std::optional<std::string_view> stored);

 private:
  runtime::Runtime& runtime_;
  PasswordCost cost_;
  std::string nobodys_;  // well formed, and nobody knows a password for it
  Turns turns_;
};

}  // namespace madang::security
