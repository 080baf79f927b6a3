#include "chassis/bus/broker_outlet.hpp"

#include "chassis/ports/failures.hpp"
#include "chassis/runtime/pauses.hpp"

#include <algorithm>
#include <mutex>
#include <optional>

namespace madang::chassis {
namespace {

constexpr std::size_t newest_max = 1024;
constexpr std::size_t follow_max = 256;  // records at once
constexpr auto poll_lasts = std::chrono::seconds{5};
constexpr runtime::Pauses pauses{std::chrono::milliseconds{50}, std::chrono::seconds{5}};
constexpr int tries_max = 8;  // of a call that gets lost, before the broker counts as away
constexpr runtime::Pauses between_tries{std::chrono::milliseconds{10},
                                        std::chrono::milliseconds{500}};

// A place is looked for by several calls: were all of them made anew for one that got lost, where one in four is lost
// it would hardly ever be found.
template <class Call>
auto tried(runtime::Runtime& runtime, const Call& call) {
  runtime::Duration pause{};
  for (int left = tries_max - 1; left > 0; --left) try {
      return call();
    } catch (const Unavailable&) {
      pause = between_tries.after(pause, runtime);
      runtime.sleep(pause);
    }
  return call();
}

class TopicReader final : public MessageReader {
 public:
  TopicReader(BrokerOutlet& outlet, std::set<std::string> types)
      : outlet_{outlet}, types_{std::move(types)} {}

  MessageBatch after(Position position, std::size_t max) override {
    if (!place_ || place_->position != position) place_ = find(position);
    while (true) {
      const auto furthest = place_->is_beginning ? position : outlet_.furthest();
      const auto records = outlet_.from(place_->next, max);
      MessageBatch batch{{}, position, incarnation_};
      bool is_hole = false;
      for (const auto& [offset, record] : records) {
        if (record->incarnation != incarnation_) {
          if (batch.upto > position) break;  // what came before it is told first
          const bool is_first = incarnation_.empty();
          batch.incarnation = incarnation_ = record->incarnation;
          if (!is_first) return batch;
        }
        is_hole = record->position > batch.upto && record->previous > batch.upto;
        if (is_hole) break;
        place_->next = offset + 1;
        take(*record, batch);
      }
      const bool is_behind_all = records.empty() && furthest > position;
      if ((is_hole || is_behind_all) && batch.upto == position) {
        go_back_for(position);
        continue;
      }
      if (batch.upto == position && !records.empty()) continue;  // all of it was sent again
      place_->position = batch.upto;
      return batch;
    }
  }

  std::string incarnation() override {
    const auto range = outlet_.range();
    if (range.end == range.first) return {};
    const auto newest = outlet_.from(range.end - 1, 1);
    return newest.empty() ? std::string{} : newest.front().record->incarnation;
  }

  Position before(Instant since) override {
    const auto last = last_that([since](const Record& it) { return it.at < since; });
    return last ? last->record->position : 0;
  }

 private:
  struct Place {
    Offset next;
    Position position;  // all up to here was told, as whoever asks has said
    bool is_beginning =
        false;  // the topic was read from there, so that nothing unheard stands before it
  };

  void take(const Record& record, MessageBatch& batch) const {
    if (record.position <= batch.upto) return;
    for (const auto& message : record.messages)
      if (types_.contains(message.type)) batch.messages.push_back(message);
    batch.upto = record.position;
  }

  // Behind a record at or before the position all that comes after it stands in order. But one that was sent again
  // long afterwards stands elsewhere, and some that follow it may stand there too: who begins behind that finds a hole
  // sooner or later, or nothing though the topic has come further, and goes back to the beginning.
  Place find(Position position) {
    const auto last = last_that([position](const Record& it) { return it.position <= position; });
    if (last) return {last->offset, position};
    return {outlet_.range().first, position, true};
  }
  void go_back_for(Position position) {
    const bool was_beginning = place_->is_beginning;
    place_.reset();
    if (was_beginning) throw MessageMissing{"what was published after " + std::to_string(position)};
    place_ = Place{outlet_.range().first, position, true};
  }

  // By halves: the last one of which it is true, where it is true of the first ones and then no more.
  template <class Is>
  std::optional<BrokerOutlet::Placed> last_that(Is is) {
    const auto range = outlet_.range();
    std::optional<BrokerOutlet::Placed> last;
    for (Offset earlier = range.first - 1, later = range.end; later - earlier > 1;) {
      const auto middle = earlier + (later - earlier) / 2;
      auto found = outlet_.from(middle, 1);
      if (found.empty() || found.front().offset >= later || !is(*found.front().record)) {
        later = middle;
      } else {
        earlier = found.front().offset;
        last = std::move(found.front());
      }
    }
    return last;
  }

  BrokerOutlet& outlet_;
  const std::set<std::string> types_;
  std::string incarnation_;  // of what was told last
  std::optional<Place> place_;
};

// What was sent again long afterwards may stand at the very end, but not much of it.
Offset before_the_end(const Broker::Range& range) {
  return std::max(range.first, range.end - static_cast<Offset>(follow_max));
}

// Of the log's life that the last of them is of.
Position furthest_of(const std::vector<BrokerOutlet::Placed>& records) {
  Position furthest = 0;
  for (const auto& it : records)
    if (it.record->incarnation == records.back().record->incarnation)
      furthest = std::max(furthest, it.record->position);
  return furthest;
}

}  // namespace

BrokerOutlet::BrokerOutlet(runtime::Runtime& runtime, Broker& broker, const std::string& context)
    : runtime_{runtime},
      broker_{broker},
      topic_{topic_of(context)},
      appended_{runtime},
      monitor_{runtime.monitor()} {}

std::unique_ptr<MessageReader> BrokerOutlet::read(const std::set<std::string>& types) {
  return std::make_unique<TopicReader>(*this, types);
}

void BrokerOutlet::start() {
  runtime_.spawn("hears " + topic_, [this] { follow(); });
}

Position BrokerOutlet::furthest() {
  {
    const std::lock_guard section{*monitor_};
    if (furthest_) return *furthest_;
  }
  const auto range = this->range();
  return furthest_of(poll(before_the_end(range), follow_max, runtime_.now()));
}

Broker::Range BrokerOutlet::range() {
  return tried(runtime_, [&] { return broker_.range(topic_); });
}

std::vector<BrokerOutlet::Placed> BrokerOutlet::from(Offset offset, std::size_t max) {
  {
    const std::lock_guard section{*monitor_};
    if (!newest_.empty() && newest_.front().offset <= offset) {
      const auto first = std::ranges::lower_bound(newest_, offset, {}, &Placed::offset);
      const auto count = std::min(static_cast<std::size_t>(newest_.end() - first), max);
      return {first, first + static_cast<std::ptrdiff_t>(count)};
    }
  }
  return poll(offset, max, runtime_.now());
}

std::vector<BrokerOutlet::Placed> BrokerOutlet::poll(Offset from, std::size_t max,
                                                     runtime::Time until) {
  std::vector<Placed> records;
  for (const auto& it : tried(runtime_, [&] { return broker_.poll(topic_, from, max, until); }))
    if (it.offset >= from)
      records.push_back({it.offset, std::make_shared<const Record>(decode_record(it.bytes))});
  return records;
}

void BrokerOutlet::follow() {
  for (runtime::Duration pause{};;) {
    try {
      Offset next = 0;
      {
        const std::lock_guard section{*monitor_};
        if (!newest_.empty()) next = newest_.back().offset + 1;
      }
      if (next == 0) next = before_the_end(this->range());
      follow_from(next);
      pause = {};
    } catch (const Unavailable&) {
      pause = pauses.after(pause, runtime_);
      runtime_.sleep(pause);
    }
  }
}

void BrokerOutlet::follow_from(Offset next) {
  const auto records = poll(next, follow_max, runtime_.now() + poll_lasts);
  if (records.empty()) return;
  const auto come_to = furthest_of(records);
  {
    const std::lock_guard section{*monitor_};
    const bool lives_on = !newest_.empty() &&
                          newest_.back().record->incarnation == records.back().record->incarnation;
    furthest_ = lives_on ? std::max(furthest_.value_or(0), come_to) : come_to;
    newest_.insert(newest_.end(), records.begin(), records.end());
    while (newest_.size() > newest_max) newest_.pop_front();
  }
  appended_.raise_to(static_cast<std::uint64_t>(come_to));
}

}  // namespace madang::chassis
