#pragma once
// How often one caller may come: a bucket of tokens for each, of which every request takes one and
// which fills again at a steady rate. A bucket is one number, the moment at which it will be full
// (the generic cell rate algorithm), so one that is full need not be kept.
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chassis/runtime/runtime.hpp"

namespace madang::gateway {

// `burst` requests at once, then `per_minute` in the long run. Neither is zero.
struct Quota {
  std::uint32_t burst;
  std::uint32_t per_minute;

  [[nodiscard]] runtime::Duration interval() const {
    return std::chrono::duration_cast<runtime::Duration>(std::chrono::minutes{1}) / per_minute;
  }
  [[nodiscard]] runtime::Duration window() const { return interval() * burst; }  // to fill it
};

struct Taken {
  bool allowed;
  std::uint32_t left;             // requests that would be allowed at once
  runtime::Duration full_in;      // until the bucket is full again
  runtime::Duration retry_after;  // until one more would be allowed; zero when this one was
};

// Any thread. Keeps at most about `callers_max` buckets: beyond that the one that came first is
// forgotten, though it may not be full.
class RateLimiter {
 public:
  RateLimiter(runtime::Runtime&, Quota, std::size_t callers_max);
  ~RateLimiter();

  [[nodiscard]] Taken take(std::string_view caller);
  [[nodiscard]] const Quota& quota() const { return quota_; }
  [[nodiscard]] std::size_t callers() const;

 private:
  class Shard;
  runtime::Runtime& runtime_;
  Quota quota_;
  std::vector<std::unique_ptr<Shard>> shards_;
};

// What stands for an address: an IPv4 address itself, also as it is written within IPv6; of an IPv6
// address the network, its first 64 bits, since whoever has one address has all of them.
std::string network_of(std::string_view address);

}  // namespace madang::gateway
