#include "identity/adapters/outbound/attempts_in_memory.hpp"

#include <algorithm>
#include <mutex>
#include <string_view>
#include <vector>

namespace madang::identity {

AttemptsInMemory::AttemptsInMemory(runtime::Runtime& runtime, const AttemptLimits& limits,
                                   telemetry::SecurityLog watch)
    : runtime_{runtime},
      watch_{std::move(watch)},
      counting_{runtime.monitor()},
      registering_{limits.registering, limits.keys_max},
      signing_in_{limits.signing_in, limits.keys_max},
      against_one_person_{limits.against_one_person, limits.keys_max} {}

std::optional<Wait> AttemptsInMemory::to_register(const std::string& from) {
  const auto at = now();
  const std::unique_lock section{*counting_};
  return registering_.take(network_of(from), at);
}

std::optional<Wait> AttemptsInMemory::to_sign_in(const std::string& from,
                                                 const EmailFingerprint& whose) {
  const auto at = now();
  const std::unique_lock section{*counting_};
  if (const auto wait = signing_in_.take(network_of(from), at)) return wait;
  return against_one_person_.take(whose.text, at);
}

void AttemptsInMemory::signed_in(const EmailFingerprint& whose) {
  const std::unique_lock section{*counting_};
  against_one_person_.succeeded(whose.text);
}

void AttemptsInMemory::refresh_token_stolen(const PersonId& whose) {
  ++tokens_stolen_;
  if (watch_)
    watch_({.at = now(),
            .what = "refresh token stolen",
            .person = whose,
            .by = {},
            .whose = {},
            .about = {},
            .address = {},
            .trace = {}});
}

Instant AttemptsInMemory::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(runtime_.now());
}

namespace {

std::vector<std::string> groups_of(std::string_view text) {
  std::vector<std::string> groups;
  while (!text.empty()) {
    const auto end = std::min(text.find(':'), text.size());
    groups.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return groups;
}

}  // namespace

std::string network_of(const std::string& address) {
  constexpr std::string_view ipv4_inside = "::ffff:";
  constexpr std::size_t groups_in_all = 8, groups_of_a_network = 4;
  if (!address.contains(':')) return address;
  if (address.starts_with(ipv4_inside) && address.contains('.'))
    return address.substr(ipv4_inside.size());
  const auto gap = address.find("::");
  auto groups = groups_of(std::string_view{address}.substr(0, gap));
  if (gap != std::string::npos) {
    const auto after = groups_of(std::string_view{address}.substr(gap + 2));
    groups.resize(std::max(groups.size(), groups_in_all - std::min(groups_in_all, after.size())),
                  "0");
    groups.insert(groups.end(), after.begin(), after.end());
  }
  std::string network;
  for (std::size_t i = 0; i < std::min(groups.size(), groups_of_a_network); ++i)
    network += groups[i] + ":";
  return network;
}

}  // namespace madang::identity
