#include "chassis/security/webhook.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <mutex>
#include <optional>
#include <vector>

#include "chassis/ports/failures.hpp"
#include "chassis/security/hmac.hpp"

namespace madang::security {
namespace {

using kernel::Instant;

constexpr std::size_t signature_size_max = 1024;
constexpr std::int64_t last_second = 253'402'300'799;  // of the year 9999

struct Parts {
  std::string_view time;
  Instant at;
  std::vector<std::string_view> signatures;
};

std::optional<Parts> parts_of(std::string_view header) {
  if (header.size() > signature_size_max) return std::nullopt;
  Parts parts;
  while (!header.empty()) {
    const auto end = header.find(',');
    const auto part = header.substr(0, end);
    if (part.starts_with("t=")) {
      if (!parts.time.empty()) return std::nullopt;
      parts.time = part.substr(2);
    } else if (part.starts_with("v1=")) {
      parts.signatures.push_back(part.substr(3));
    }
    header.remove_prefix(end == std::string_view::npos ? header.size() : end + 1);
  }
  std::int64_t seconds = 0;
  const auto* const end = parts.time.data() + parts.time.size();
  const auto [stopped, wrong] = std::from_chars(parts.time.data(), end, seconds);
  if (wrong != std::errc{} || stopped != end || seconds < 0 || seconds > last_second) {
    return std::nullopt;
  }
  parts.at = Instant{std::chrono::seconds{seconds}};
  return parts;
}

std::string signature_of(std::string_view key, std::string_view time, std::string_view raw_body) {
  return hex(as_text(hmac_sha256(key, std::string{time} + '.' + std::string{raw_body})));
}

}  // namespace

std::string webhook_signature(std::string_view key, std::string_view raw_body, Instant at) {
  const auto time =
      std::to_string(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
  return "t=" + time + ",v1=" + signature_of(key, time, raw_body);
}

std::expected<Instant, WebhookFault> verify_webhook(std::string_view signature,
                                                    std::string_view raw_body,
                                                    std::span<const std::string> keys, Instant now,
                                                    std::chrono::milliseconds tolerance) {
  const auto parts = parts_of(signature);
  if (!parts) return std::unexpected{WebhookFault::malformed};
  const bool is_right = std::ranges::any_of(keys, [&](const std::string& key) {
    const auto ours = signature_of(key, parts->time, raw_body);
    return std::ranges::any_of(parts->signatures,
                               [&](std::string_view sent) { return same_secret(ours, sent); });
  });
  if (!is_right) return std::unexpected{WebhookFault::wrong_signature};
  if (now - parts->at > tolerance) return std::unexpected{WebhookFault::too_old};
  if (parts->at - now > tolerance) return std::unexpected{WebhookFault::too_new};
  return parts->at;
}

std::size_t ReplayMemory::FirstBytes::operator()(const Digest256& digest) const noexcept {
  std::size_t first = 0;
  std::memcpy(&first, digest.data(), sizeof first);
  return first;
}

ReplayMemory::ReplayMemory(runtime::Runtime& runtime, std::chrono::milliseconds window,
                           std::size_t remembered_max)
    : runtime_{runtime},
      window_{window},
      remembered_max_{remembered_max},
      monitor_{runtime.monitor()} {}

bool ReplayMemory::is_first(std::string_view what) {
  const auto digest = sha256(what);
  const auto now = runtime_.now();
  const std::lock_guard section{*monitor_};
  while (!order_.empty() && order_.front().until <= now) {
    // What was forgotten and came again stands here twice; only its latest number counts.
    const auto found = numbers_.find(order_.front().digest);
    if (found != numbers_.end() && found->second == order_.front().number) numbers_.erase(found);
    order_.pop_front();
  }
  if (numbers_.contains(digest)) return false;
  if (order_.size() >= remembered_max_) {
    throw chassis::Unavailable{"more webhooks came in than can be remembered"};
  }
  order_.push_back({digest, next_number_, now + window_});
  numbers_.emplace(digest, next_number_++);
  return true;
}

void ReplayMemory::forget(std::string_view what) {
  const auto digest = sha256(what);
  const std::lock_guard section{*monitor_};
  numbers_.erase(digest);
}

}  // namespace madang::security
