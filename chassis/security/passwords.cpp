#include "chassis/security/passwords.hpp"

#include <argon2.h>

#include <array>
#include <charconv>
#include <new>

#include "chassis/ports/failures.hpp"
#include "chassis/security/secrets.hpp"

namespace madang::security {
namespace {

constexpr std::size_t salt_size = 16;
constexpr std::size_t hash_size = 32;
constexpr std::uint32_t lanes = 1;

// The cost of a PHC string: $argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>. nullopt when it was made
// with another variant, version or number of lanes.
std::optional<PasswordCost> cost_of(std::string_view phc) {
  constexpr std::string_view prefix = "$argon2id$v=19$m=";
  if (!phc.starts_with(prefix)) return std::nullopt;
  PasswordCost cost;
  const auto* const end = phc.data() + phc.size();
  const auto memory = std::from_chars(phc.data() + prefix.size(), end, cost.memory_kib);
  std::string_view rest{memory.ptr, end};
  if (memory.ec != std::errc{} || !rest.starts_with(",t=")) return std::nullopt;
  const auto passes = std::from_chars(memory.ptr + 3, end, cost.passes);
  rest = std::string_view{passes.ptr, end};
  if (passes.ec != std::errc{} || !rest.starts_with(",p=1$")) return std::nullopt;
  return cost;
}

std::string encoded(std::string_view password, std::string_view salt, PasswordCost cost) {
  std::array<char, 256> text{};
  const int result =
      argon2id_hash_encoded(cost.passes, cost.memory_kib, lanes, password.data(), password.size(),
                            salt.data(), salt.size(), hash_size, text.data(), text.size());
  if (result == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc{};
  if (result != ARGON2_OK) throw std::invalid_argument{argon2_error_message(result)};
  return text.data();
}

}  // namespace

Passwords::Passwords(runtime::Runtime& runtime, PasswordCost cost, TurnLimits limits)
    : runtime_{runtime}, cost_{cost}, turns_{runtime, limits, "signing in"} {
  // A salt of zeros and a digest of zeros: only by finding a preimage would a password fit.
  nobodys_ = "$argon2id$v=19$m=" + std::to_string(cost.memory_kib) +
             ",t=" + std::to_string(cost.passes) + ",p=1$" + std::string(22, 'A') + '$' +
             std::string(43, 'A');
}

std::string Passwords::hash(std::string_view password) {
  const auto salt = random_bytes(runtime_, salt_size);
  const Turns::Turn turn{turns_};
  return encoded(password, salt, cost_);
}

Passwords::Verdict Passwords::verify(std::string_view password,
                                     std::optional<std::string_view> stored) {
  const std::string phc{stored.value_or(nobodys_)};
  int result = ARGON2_OK;
  {
    const Turns::Turn turn{turns_};
    result = argon2id_verify(phc.c_str(), password.data(), password.size());
  }
  if (result == ARGON2_VERIFY_MISMATCH) return Verdict::wrong;
  if (result == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc{};
  if (result != ARGON2_OK) throw chassis::Corrupt{"a stored password is not what the shop writes"};
  return cost_of(phc) == cost_ ? Verdict::right : Verdict::right_but_hash_again;
}

}  // namespace madang::security
