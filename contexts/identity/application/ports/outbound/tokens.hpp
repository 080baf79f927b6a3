#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "identity/domain/session.hpp"

namespace madang::identity {

struct AccessToken {
  std::string text;
  std::chrono::seconds lasts;
};
struct RefreshToken {
  std::string text;
  SessionId session;
  PersonId person;
  TokenHash hash;
};

// Makes the tokens that people carry, and knows its own again.
class Tokens {
 public:
  virtual ~Tokens() = default;
  [[nodiscard]] virtual AccessToken access_token(const PersonId&, const SessionId&,
                                                 const ClientName&, const std::set<Role>&,
                                                 std::int64_t round) = 0;
  [[nodiscard]] virtual RefreshToken refresh_token(const SessionId&, const PersonId&) = 0;
  // Nothing for what this shop has never issued.
  [[nodiscard]] virtual std::optional<RefreshToken> read(std::string_view text) const = 0;
};

}  // namespace madang::identity
