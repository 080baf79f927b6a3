#pragma once
// Commands for the tests of journals: counters between 0 and 1000, their claims and timers.
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "chassis/journal/journal.hpp"

namespace madang::chassis {

inline constexpr int too_many = 1001;
inline int evolved = 0;  // how many events were folded
inline std::string shape = "total";

struct Counter {
  int total = 0;
};
inline const StreamType& counters() {
  static StreamType type{
      "Counter",
      {},
      [] { return std::make_shared<Counter>(); },
      [](void* state, const StoredEvent& event) {
        ++evolved;
        static_cast<Counter*>(state)->total += std::stoi(event.payload);
      },
      [](const void* state) {
        return shape + " " + std::to_string(static_cast<const Counter*>(state)->total);
      },
      [](std::string_view state) -> std::shared_ptr<void> {
        if (!state.starts_with(shape + " "))
          throw std::logic_error{"a snapshot of another shape was read"};
        return std::make_shared<Counter>(std::stoi(std::string{state.substr(shape.size())}));
      },
      {}};
  type.shape = shape;
  return type;
}
struct CountersOfAnotherShape {
  CountersOfAnotherShape() { shape = "another"; }
  ~CountersOfAnotherShape() { shape = "total"; }
};

using Deed = std::function<Verdict(Turn&)>;
struct Told {
  std::vector<std::string> payloads;
  std::string refusal, why;
};

inline Verdict done(std::vector<std::string> payloads) {
  return {std::make_shared<Told>(Told{std::move(payloads), {}, {}}), {}, {}};
}
inline Verdict refused(const std::string& slug, const std::string& why) {
  return {std::make_shared<Told>(Told{{}, slug, why}), slug, why};
}
inline bool fits(const OpenStream& stream, int more) {
  const int total = stream.as<Counter>().total + more;
  return total >= 0 && total <= 1000;
}
inline std::string count(Turn& turn, OpenStream& stream, int more) {
  auto payload = std::to_string(more);
  turn.append(stream, "Counted", 1, payload);
  stream.as<Counter>().total += more;
  return payload;
}

inline Deed add(std::string stream, int more) {
  return [=](Turn& turn) {
    auto& it = turn.open(counters(), stream);
    if (!fits(it, more))
      return refused("out-of-bounds", "{\"total\":" + std::to_string(it.as<Counter>().total) + "}");
    return done({count(turn, it, more)});
  };
}
inline Deed move(std::string from, std::string to, int number) {
  return [=](Turn& turn) {
    auto& source = turn.open(counters(), from);
    auto& target = turn.open(counters(), to);
    if (!fits(source, -number) || !fits(target, number)) return refused("out-of-bounds", "{}");
    std::vector<std::string> payloads{count(turn, source, -number)};
    payloads.push_back(count(turn, target, number));
    return done(std::move(payloads));
  };
}
// Once it has asked for the stream twice, as a rule does whose process meets several of its events.
inline Deed explode(std::string stream) {
  return [=](Turn& turn) -> Verdict {
    for (int time = 0; time < 2; ++time) count(turn, turn.open(counters(), stream), 250);
    throw std::runtime_error{"a defect"};
  };
}
// Gives one mark up and takes another; "" is none.
inline Deed claim(std::string stream, std::string old, std::string mark) {
  return [=](Turn& turn) {
    if (!mark.empty() && turn.claim_owner("mark", mark)) return refused("taken", "{}");
    if (!old.empty()) turn.drop_claim("mark", old);
    if (!mark.empty()) turn.take_claim("mark", mark, stream);
    return done({count(turn, turn.open(counters(), stream), 1)});
  };
}
inline Deed arm(std::string stream, std::optional<Instant> due) {
  return [=](Turn& turn) {
    auto& it = turn.open(counters(), stream);
    auto payload = count(turn, it, 1);
    turn.arm(it, due);
    return done({std::move(payload)});
  };
}

class DeedRule final : public Rule {
 public:
  std::string name() const override { return "deed"; }
  Verdict decide(const void* command, Turn& turn) const override {
    return (*static_cast<const Deed*>(command))(turn);
  }
  std::shared_ptr<void> recall(const Outcome& outcome,
                               const std::vector<StoredEvent>& events) const override {
    Told told{{}, outcome.refusal, outcome.why};
    for (const auto& event : events) told.payloads.push_back(event.payload);
    return std::make_shared<Told>(std::move(told));
  }
};
inline const DeedRule deeds;

struct Answered {
  std::string id;
  Result result;
  [[nodiscard]] const Told& told() const {
    static const Told nothing{{}, "no decision", {}};
    return result.decision ? *static_cast<const Told*>(result.decision.get()) : nothing;
  }
  [[nodiscard]] std::vector<std::string> payloads() const { return told().payloads; }
  [[nodiscard]] bool refused() const { return !told().refusal.empty(); }
};
inline CommandId id_of(std::string_view id, std::string fingerprint = {}) {
  return {digest128({"test", id}), "requests/test", std::move(fingerprint), {}};
}
inline CommandId id_until(Instant then, std::string_view id) {
  auto until = id_of(id);
  until.decide_by = then;
  return until;
}
inline Answered give(Journal& journal, const std::string& id, Deed deed,
                     std::string fingerprint = {}) {
  return {id, journal.execute(id_of(id, std::move(fingerprint)), deeds,
                              std::make_shared<Deed>(std::move(deed)))};
}

// What came back of commands that were not waited for.
class Answers {
 public:
  explicit Answers(runtime::Runtime& runtime) : runtime_{runtime}, arrived_{runtime, 10'000} {}

  void add(Answered answer) { static_cast<void>(arrived_.try_push(std::move(answer))); }
  [[nodiscard]] const std::vector<Answered>& all() const { return answers_; }
  [[nodiscard]] Answered of(const std::string& id) const {
    for (const auto& answer : answers_)
      if (answer.id == id) return answer;
    return {};
  }
  // Until so many are there, or a minute has passed.
  void wait(std::size_t number) {
    const auto deadline = runtime_.now() + std::chrono::minutes{1};
    while (answers_.size() < number) {
      auto answer = arrived_.receive_until(deadline);
      if (!answer) return;
      answers_.push_back(std::move(*answer));
    }
  }

 private:
  runtime::Runtime& runtime_;
  runtime::Mailbox<Answered> arrived_;
  std::vector<Answered> answers_;
};
inline void submit(Journal& journal, const std::string& id, Deed deed, Answers& answers) {
  journal.submit({id_of(id), &deeds, std::make_shared<Deed>(std::move(deed)),
                  [&answers, id](Result result) { answers.add({id, std::move(result)}); }});
}

// A runtime whose clock can be set.
class SteppedClock final : public runtime::Runtime {
 public:
  explicit SteppedClock(Runtime& true_one) : true_{true_one} {}
  void step(runtime::Duration by) { offset_ = offset_.load() + by; }

  runtime::Time now() override { return true_.now() + offset_.load(); }
  runtime::Duration wall_clock_departure() override { return true_.wall_clock_departure(); }
  void sleep_until(runtime::Time due) override { true_.sleep_until(due - offset_.load()); }
  std::uint64_t random() override { return true_.random(); }
  void fill_random(std::span<std::byte> bytes) override { true_.fill_random(bytes); }
  void spawn(std::string name, std::function<void()> task) override {
    true_.spawn(std::move(name), std::move(task));
  }
  std::unique_ptr<runtime::Monitor> monitor() override { return true_.monitor(); }
  [[noreturn]] void stop_process(std::string_view why) override {
    true_.stop_process(why);
    std::abort();
  }

 private:
  Runtime& true_;
  std::atomic<runtime::Duration> offset_{};
};

}  // namespace madang::chassis
