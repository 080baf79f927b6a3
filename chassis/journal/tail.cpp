#include "chassis/journal/tail.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace madang::chassis {

Tail::Tail(runtime::Runtime& runtime, std::size_t events_max)
    : monitor_{runtime.monitor()}, events_max_{events_max} {}

void Tail::begin_after(Position position) {
  const std::lock_guard section{*monitor_};
  began_after_ = position;
}

void Tail::add(std::vector<StoredEvent> events) {
  if (events.empty()) return;
  const std::lock_guard section{*monitor_};
  began_after_.reset();
  // Another has written in between.
  if (!events_.empty() && events_.back()->position + 1 != events.front().position) events_.clear();
  for (auto& event : events)
    events_.push_back(std::make_shared<const StoredEvent>(std::move(event)));
  while (events_.size() > events_max_) events_.pop_front();
}

std::optional<std::vector<Tail::Event>> Tail::after(Position position, std::size_t max) const {
  const std::lock_guard section{*monitor_};
  if (events_.empty() && position == began_after_) return std::vector<Event>{};
  if (events_.empty() || position + 1 < events_.front()->position ||
      position > events_.back()->position)
    return std::nullopt;
  const auto first = events_.begin() + (position + 1 - events_.front()->position);
  const auto count = std::min(static_cast<std::size_t>(events_.end() - first), max);
  return std::vector<Event>{first, first + static_cast<std::ptrdiff_t>(count)};
}

namespace {

constexpr int believed_times_max = 8;

class TailReader final : public JournalReader {
 public:
  TailReader(std::shared_ptr<const Tail> tail, std::shared_ptr<StoreReaders> store)
      : tail_{std::move(tail)}, store_{std::move(store)} {}

  std::vector<StoredEvent> after(Position position, std::size_t max) override {
    const auto newest = look(position, max);
    if (!newest) return store_->lend()->after(position, max);
    std::vector<StoredEvent> events;
    events.reserve(newest->size());
    for (const auto& event : *newest) events.push_back(*event);
    return events;
  }
  Position pass(Position after, std::size_t max, const Wanted& wanted,
                const std::function<void(const StoredEvent&)>& take) override {
    const auto newest = look(after, max);
    if (!newest) return store_->lend()->pass(after, max, wanted, take);
    for (const auto& event : *newest)
      if (wanted(event->type, event->slice)) take(*event);
    return newest->empty() ? after : newest->back()->position;
  }

  Head head() override {
    auto head = store_->lend()->head();
    told_of_ = std::max(told_of_, head.position);
    return head;
  }
  std::vector<StoredEvent> stream(const std::string& name) override {
    return store_->lend()->stream(name);
  }
  std::vector<std::string> stream_names(const std::string& prefix, const std::string& after,
                                        std::size_t max) override {
    return store_->lend()->stream_names(prefix, after, max);
  }
  std::vector<Timer> due_timers(Instant now, std::size_t max) override {
    return store_->lend()->due_timers(now, max);
  }
  std::optional<Instant> next_timer() override { return store_->lend()->next_timer(); }
  Position checkpoint(const std::string& consumer, const std::string& source) override {
    return store_->lend()->checkpoint(consumer, source);
  }
  std::vector<Inbox> inboxes(const std::string& source) override {
    return store_->lend()->inboxes(source);
  }
  std::vector<Parked> parked() override { return store_->lend()->parked(); }
  std::vector<Act> acts() override { return store_->lend()->acts(); }
  std::optional<std::string> claim_owner(const std::string& scope,
                                         const std::string& key) override {
    return store_->lend()->claim_owner(scope, key);
  }

 private:
  std::optional<std::vector<Tail::Event>> look(Position position, std::size_t max) {
    auto newest = tail_->after(position, max);
    if (newest && newest->empty() && position < told_of_) return std::nullopt;
    if (!newest || !newest->empty()) {
      nothing_after_ = -1;
      return newest;
    }
    if (std::exchange(nothing_after_, position) != position) believed_ = 0;
    if (++believed_ <= believed_times_max) return newest;
    believed_ = 0;
    return std::nullopt;
  }

  std::shared_ptr<const Tail> tail_;
  std::shared_ptr<StoreReaders> store_;
  Position nothing_after_ = -1;  // as the tail has said
  int believed_ = 0;             // of that, since the store was asked
  Position told_of_ = 0;         // by the store: its head
};

}  // namespace

std::unique_ptr<JournalReader> reader_with(std::shared_ptr<const Tail> tail,
                                           std::shared_ptr<StoreReaders> store) {
  return std::make_unique<TailReader>(std::move(tail), std::move(store));
}

}  // namespace madang::chassis
