#include "gateway/rate_limiter.hpp"

#include <algorithm>
#include <functional>
#include <mutex>

namespace madang::gateway {
namespace {

using runtime::Duration, runtime::Time;

constexpr std::size_t shards = 16;
constexpr std::size_t tidied_at_once =
    2;  // each newcomer removes up to so many that are full again

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept {
    return std::hash<std::string_view>{}(text);
  }
};

}  // namespace

class RateLimiter::Shard {
 public:
  Shard(runtime::Runtime& runtime, std::size_t callers_max)
      : monitor_{runtime.monitor()}, callers_max_{std::max<std::size_t>(callers_max, 1)} {}

  Taken take(std::string_view caller, const Quota& quota, Time now) {
    const std::lock_guard section{*monitor_};
    auto found = full_at_.find(caller);
    if (found == full_at_.end()) {
      make_room(now);
      found = full_at_.emplace(caller, now).first;
      order_.emplace_back(caller);
    }
    const auto full_at = std::max(found->second, now) + quota.interval();
    const auto full_in = full_at - now;
    if (full_in > quota.window()) {
      return {.allowed = false,
              .left = 0,
              .full_in = full_in - quota.interval(),
              .retry_after = full_in - quota.window()};
    }
    found->second = full_at;
    return {.allowed = true,
            .left = static_cast<std::uint32_t>((quota.window() - full_in) / quota.interval()),
            .full_in = full_in,
            .retry_after = {}};
  }

  [[nodiscard]] std::size_t size() const {
    const std::lock_guard section{*monitor_};
    return full_at_.size();
  }

 private:
  // The oldest go when their bucket is full or there is no room; else they stand in line again.
  void make_room(Time now) {
    for (std::size_t i = 0; i < tidied_at_once && !order_.empty(); ++i) {
      auto oldest = std::move(order_.front());
      order_.pop_front();
      const auto found = full_at_.find(oldest);
      if (found->second <= now || full_at_.size() >= callers_max_) full_at_.erase(found);
      else order_.push_back(std::move(oldest));
    }
  }

  std::unique_ptr<runtime::Monitor> monitor_;
  std::size_t callers_max_;
  std::unordered_map<std::string, Time, Hash, std::equal_to<>> full_at_;
  std::deque<std::string> order_;  // each that is in full_at_, once
};

RateLimiter::RateLimiter(runtime::Runtime& runtime, Quota quota, std::size_t callers_max)
    : runtime_{runtime}, quota_{quota} {
  for (std::size_t i = 0; i < shards; ++i) {
    shards_.push_back(std::make_unique<Shard>(runtime, callers_max / shards));
  }
}

RateLimiter::~RateLimiter() = default;

Taken RateLimiter::take(std::string_view caller) {
  return shards_[Hash{}(caller) % shards]->take(caller, quota_, runtime_.now());
}

std::size_t RateLimiter::callers() const {
  std::size_t sum = 0;
  for (const auto& shard : shards_) sum += shard->size();
  return sum;
}

std::string network_of(std::string_view address) {
  constexpr std::size_t groups_of_address = 8;
  constexpr std::size_t groups_of_network = 4;
  if (!address.contains(':')) return std::string{address};
  if (address.contains('.')) return std::string{address.substr(address.rfind(':') + 1)};
  std::vector<std::string_view> groups;
  std::size_t gap = 0;  // where "::" stands for groups of zeros; at the end when it does not
  for (std::size_t at = 0; at <= address.size();) {
    const auto end = std::min(address.find(':', at), address.size());
    if (end == at) gap = groups.size();
    else groups.push_back(address.substr(at, end - at));
    at = end + 1;
  }
  while (groups.size() < groups_of_address) {
    groups.insert(groups.begin() + static_cast<std::ptrdiff_t>(gap), "0");
  }
  std::string network;
  for (std::size_t i = 0; i < groups_of_network; ++i) network += std::string{groups[i]} + ':';
  return network + ":/64";
}

}  // namespace madang::gateway
