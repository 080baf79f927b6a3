#pragma once
// A journal for tests of use cases: decides commands on states in memory, keeps outcomes and claims,
// and knows neither disk, nor batches, nor subscribers.
#include <any>
#include <map>
#include <typeindex>
#include <vector>

#include "chassis/forms/reflect.hpp"
#include "chassis/ports/outcomes.hpp"

namespace madang::testing {

template <class... Taken>
class MemoryJournal final : public chassis::Commands, public chassis::Outcomes {
 public:
  kernel::Instant now{};
  std::map<std::pair<std::string, std::string>, std::string> claims;  // scope, key: owner
  std::vector<std::any> events;

  std::optional<std::string> owner_of(const std::string& scope, const std::string& key) override {
    const auto owner = claims.find({scope, key});
    return owner == claims.end() ? std::nullopt : std::optional{owner->second};
  }
  chassis::Positions head() override {
    return {{"memory", static_cast<chassis::Position>(events.size())}};
  }
  template <class Event>
  [[nodiscard]] std::vector<Event> all() const {
    std::vector<Event> found;
    for (const auto& event : events)
      if (const auto* is = std::any_cast<Event>(&event)) found.push_back(*is);
    return found;
  }

 private:
  std::shared_ptr<void> execute(std::type_index type, std::shared_ptr<const void> command,
                                const chassis::CommandId& id,
                                chassis::Positions* written) override {
    auto& outcome = outcomes_[id.id];
    if (!outcome) (take<Taken>(type, command.get(), outcome), ...);
    if (written) *written = head();
    return copy_of(type, outcome);
  }
  std::shared_ptr<void> recorded(std::type_index type, const chassis::CommandId& id,
                                 chassis::Positions& written) override {
    const auto found = outcomes_.find(id.id);
    if (found == outcomes_.end()) return {};
    written = head();
    return copy_of(type, found->second);
  }
  std::shared_ptr<void> answer(std::type_index, const void*, const chassis::Positions&) override {
    throw chassis::Unavailable{"a journal in memory has no read models"};
  }

  // Whoever is answered may take their answer apart.
  static std::shared_ptr<void> copy_of(std::type_index type, const std::shared_ptr<void>& outcome) {
    std::shared_ptr<void> copy;
    const auto of = [&]<class Decision>(std::type_identity<Decision>) {
      copy = std::make_shared<Decision>(*std::static_pointer_cast<Decision>(outcome));
    };
    ((type == typeid(Taken) ? of(std::type_identity<typename Taken::Decision>{}) : void()), ...);
    return copy;
  }
  template <class Command>
  void take(std::type_index type, const void* command, std::shared_ptr<void>& outcome) {
    if (type != typeid(Command)) return;
    const auto& asked = *static_cast<const Command*>(command);
    using Aggregates = typename kernel::Rule<Command>::Aggregates;
    outcome = std::make_shared<typename Command::Decision>(decide<Command>(asked, Aggregates{}));
  }
  template <class Command, class First, class... A>
  typename Command::Decision decide(const Command& asked, kernel::OneOf<First, A...>) {
    lapse<First>(asked);
    (lapse<A>(asked), ...);
    auto decision = kernel::Rule<Command>::decide(
        asked, now,
        [&]<class Read>(std::type_identity<Read>) -> const Read& { return state<Read>(asked); });
    if (decision.refused()) return decision;
    if constexpr (requires { Command::claims(asked); })
      for (const auto& claim : Command::claims(asked)) {
        const auto [at, is_new] =
            claims.try_emplace({claim.scope, claim.key}, name_of<First>(asked));
        if (!is_new && at->second != name_of<First>(asked)) return claim.refusal;
      }
    for (const auto& event : decision.events())
      kernel::each(
          [&](const auto& fact) {
            happen<First>(asked, fact);
            (happen<A>(asked, fact), ...);
          },
          event);
    return decision;
  }
  template <class A, class Command>
  void lapse(const Command& asked) {
    if constexpr (kernel::Lapses<A>)
      for (const auto& lapsed : A::lapse_due(state<A>(asked), now))
        kernel::each([&](const auto& event) { happen<A>(asked, event); }, lapsed);
  }
  template <class A, class Command, class Event>
  void happen(const Command& asked, const Event& event) {
    if constexpr (kernel::is_one_of<Event, typename A::Events>) {
      events.push_back(event);
      state<A>(asked) = A::evolve(std::move(state<A>(asked)), event);
    }
  }
  template <class A, class Command>
  static std::string name_of(const Command& asked) {
    return std::string{chassis::name_of<A>()} + "/" + chassis::key_in<typename A::Id>(asked).text();
  }
  template <class A, class Command>
  A& state(const Command& asked) {
    auto& stands = states_[name_of<A>(asked)];
    if (!stands.has_value()) stands = A{};
    return *std::any_cast<A>(&stands);
  }

  std::map<chassis::Digest128, std::shared_ptr<void>> outcomes_;
  std::map<std::string, std::any> states_;
};

}  // namespace madang::testing
