#include "chassis/security/token_verifier.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

namespace madang::security {

using kernel::Instant;

// Tokens by the digest of their whole text, so that memory holds none that could be stolen from it.
// The oldest makes room: tokens of one issuer live about equally long, so it is also the first to
// expire.
class TokenVerifier::Memory {
 public:
  Memory(runtime::Runtime& runtime, std::size_t capacity)
      : monitor_{runtime.monitor()}, capacity_{std::max<std::size_t>(capacity, 1)} {}

  Claims find(const Digest256& digest, std::uint64_t turn) {
    const std::lock_guard section{*monitor_};
    const auto found = entries_.find(digest);
    if (found == entries_.end() || found->second.turn != turn) return nullptr;
    return found->second.claims;
  }

  void keep(const Digest256& digest, std::uint64_t turn, Claims claims, Instant now) {
    const std::lock_guard section{*monitor_};
    while (!order_.empty() && (entries_.size() >= capacity_ || oldest_expired(now))) {
      entries_.erase(order_.front());
      order_.pop_front();
    }
    const auto [at, is_new] = entries_.insert_or_assign(digest, Entry{turn, std::move(claims)});
    if (is_new) order_.push_back(digest);
  }

  [[nodiscard]] std::size_t size() const {
    const std::lock_guard section{*monitor_};
    return entries_.size();
  }

 private:
  struct Entry {
    std::uint64_t turn;
    Claims claims;
  };
  struct FirstBytes {  // a digest's first bytes are as good as any hash of it
    std::size_t operator()(const Digest256& digest) const noexcept {
      std::size_t first = 0;
      std::memcpy(&first, digest.data() + 1, sizeof first);
      return first;
    }
  };
  [[nodiscard]] bool oldest_expired(Instant now) const {
    return entries_.at(order_.front()).claims->expires_at <= now;
  }

  std::unique_ptr<runtime::Monitor> monitor_;
  std::size_t capacity_;
  std::unordered_map<Digest256, Entry, FirstBytes> entries_;
  std::deque<Digest256> order_;
};

TokenVerifier::TokenVerifier(const SigningKeys& keys, runtime::Runtime& runtime, TokenPolicy policy)
    : keys_{keys}, runtime_{runtime}, policy_{std::move(policy)} {
  for (auto& shard : memory_) {
    shard = std::make_unique<Memory>(runtime, policy_.remembered_max / shards);
  }
}

TokenVerifier::~TokenVerifier() = default;

std::expected<TokenVerifier::Claims, TokenFault> TokenVerifier::verify(std::string_view token) {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(runtime_.now());
  const auto turn = keys_.turn();  // before the keys are read: a turn in between only costs a miss
  const auto digest = sha256(token);
  auto& memory = *memory_[digest[0] % shards];
  if (auto known = memory.find(digest, turn)) return in_its_time(std::move(known), now);
  const auto verified = verify_afresh(token);
  if (!verified) return verified;
  auto result = in_its_time(*verified, now);
  if (result) memory.keep(digest, turn, *result, now);
  return result;
}

std::size_t TokenVerifier::remembered() const {
  std::size_t sum = 0;
  for (const auto& shard : memory_) sum += shard->size();
  return sum;
}

std::expected<TokenVerifier::Claims, TokenFault> TokenVerifier::verify_afresh(
    std::string_view token) const {
  using enum TokenFault;
  const auto parsed = parse_token(token);
  if (!parsed) return std::unexpected{parsed.error()};
  const auto key = keys_.find(parsed->key_id);
  if (!key) return std::unexpected{unknown_key};
  if (!key->signed_by_its_owner(parsed->signed_part, parsed->signature)) {
    return std::unexpected{wrong_signature};
  }
  auto claims = parse_claims(parsed->payload);
  if (!claims) return std::unexpected{claims.error()};
  if (claims->issuer != policy_.issuer) return std::unexpected{wrong_issuer};
  if (claims->audience != policy_.audience) return std::unexpected{wrong_audience};
  return std::make_shared<const TokenClaims>(*std::move(claims));
}

std::expected<TokenVerifier::Claims, TokenFault> TokenVerifier::in_its_time(Claims claims,
                                                                            Instant now) const {
  if (now >= claims->expires_at + policy_.leeway) return std::unexpected{TokenFault::expired};
  if (now + policy_.leeway < claims->not_before) return std::unexpected{TokenFault::not_yet_valid};
  return claims;
}

}  // namespace madang::security
