#pragma once
// Says whether an access token is genuine, meant for us and in its time. Verifying one costs some
// 100 microseconds, so what was verified is remembered, bounded, until it expires or the keys turn.
#include <array>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "chassis/runtime/runtime.hpp"
#include "chassis/security/sha256.hpp"
#include "chassis/security/signing_keys.hpp"
#include "chassis/security/token.hpp"

namespace madang::security {

struct TokenPolicy {
  std::string issuer, audience;
  std::chrono::milliseconds leeway = std::chrono::seconds{5};  // for clocks that differ
  std::size_t remembered_max = 16'384;
};

// Any thread.
class TokenVerifier {
 public:
  using Claims = std::shared_ptr<const TokenClaims>;

  TokenVerifier(const SigningKeys&, runtime::Runtime&, TokenPolicy);
  ~TokenVerifier();

  [[nodiscard]] std::expected<Claims, TokenFault> verify(std::string_view token);
  [[nodiscard]] std::size_t remembered() const;

 private:
  class Memory;
  static constexpr std::size_t shards = 16;

  [[nodiscard]] std::expected<Claims, TokenFault> verify_afresh(std::string_view token) const;
  [[nodiscard]] std::expected<Claims, TokenFault> in_its_time(Claims, kernel::Instant now) const;

  const SigningKeys& keys_;
  runtime::Runtime& runtime_;
  TokenPolicy policy_;
  std::array<std::unique_ptr<Memory>, shards> memory_;
};

}  // namespace madang::security
