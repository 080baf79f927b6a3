#include "identity/domain/throttle.hpp"

#include <algorithm>
#include <vector>

namespace madang::identity {
namespace {

// Makes room for one more: first by what no longer matters, then by the half that matters least.
template <class Map, class Matters>
void make_room(Map& map, std::size_t keys_max, kernel::Instant now, Matters matters_until) {
  if (map.size() < keys_max) return;
  std::erase_if(map, [&](const auto& entry) { return matters_until(entry.second) <= now; });
  if (map.size() < keys_max) return;
  std::vector<kernel::Instant> ends;
  ends.reserve(map.size());
  for (const auto& entry : map) ends.push_back(matters_until(entry.second));
  const auto middle = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() / 2);
  std::ranges::nth_element(ends, middle);
  std::erase_if(map, [&](const auto& entry) { return matters_until(entry.second) <= *middle; });
}

}  // namespace

std::optional<Wait> SteadyPace::take(const std::string& key, kernel::Instant now) {
  const auto found = ahead_until_.find(key);
  const auto starts = found == ahead_until_.end() ? now : std::max(found->second, now);
  const auto ahead = starts - now, ahead_max = pace_.between * (pace_.burst - 1);
  if (ahead > ahead_max) return ahead - ahead_max;
  if (found == ahead_until_.end())
    make_room(ahead_until_, keys_max_, now, [](kernel::Instant until) { return until; });
  ahead_until_.insert_or_assign(key, starts + pace_.between);
  return std::nullopt;
}

Wait GrowingWait::after(int failures) const {
  auto wait = failures < patience_.free_attempts ? Wait{0} : patience_.first;
  for (int i = patience_.free_attempts; i < failures && wait < patience_.longest; ++i) wait *= 2;
  return std::min(wait, patience_.longest);
}

std::optional<Wait> GrowingWait::take(const std::string& key, kernel::Instant now) {
  const auto forgotten_at = [&](const Failures& it) { return it.last + patience_.forgets_after; };
  const auto found = failures_.find(key);
  auto past =
      found == failures_.end() || forgotten_at(found->second) <= now ? Failures{} : found->second;
  if (past.again_at > now) return past.again_at - now;
  if (found == failures_.end()) make_room(failures_, keys_max_, now, forgotten_at);
  ++past.count;
  failures_.insert_or_assign(key, Failures{past.count, now, now + after(past.count)});
  return std::nullopt;
}

}  // namespace madang::identity
