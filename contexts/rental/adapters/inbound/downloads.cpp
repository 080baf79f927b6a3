#include "rental/adapters/inbound/downloads.hpp"

#include <mutex>

namespace madang::rental {

Downloads::Ended Downloads::begin(const kernel::RentalId& rental) {
  auto ended = std::make_shared<std::atomic<bool>>(false);
  const std::lock_guard section{changing_};
  std::erase_if(running_, [](const auto& entry) { return entry.second.expired(); });
  running_.emplace(rental, ended);
  return ended;
}

void Downloads::end_all(const kernel::RentalId& rental) {
  const std::lock_guard section{changing_};
  const auto [first, last] = running_.equal_range(rental);
  for (auto it = first; it != last; ++it)
    if (const auto running = it->second.lock()) running->store(true);
  running_.erase(first, last);
}

}  // namespace madang::rental
