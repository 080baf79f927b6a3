#include "tests/simulation/chances.hpp"

#include "chassis/ports/failures.hpp"

#include <stdexcept>

namespace madang::simulation {
namespace {

constexpr std::string_view other_form = "another release: ";

}  // namespace

chassis::JournalLimits narrow_places(runtime::Simulator& chance) {
  chassis::JournalLimits limits;
  const auto below = [&](std::uint64_t most) { return 1 + chance.random() % most; };
  if (chance.one_in(4)) limits.batch_max = below(3);
  if (chance.one_in(4)) limits.waiting_max = 4 + below(12);
  if (chance.one_in(3)) limits.cached_streams_max = below(8);
  limits.snapshot_every = static_cast<chassis::Version>(below(chance.one_in(2) ? 5 : 60));
  if (chance.one_in(3)) limits.tail_events_max = below(4);
  return limits;
}

app::Hands few_hands(runtime::Simulator& chance) {
  if (chance.one_in(6)) return {};
  return {.query_connections = 1 + chance.random() % 2, .reaction_tasks = 1 + chance.random() % 2};
}

void take_no_snapshot_of_another(chassis::Context& context) {
  for (auto& [name, type] : context.stream_types) {
    type->shape += " of another release";
    type->encode = [encode = type->encode](const void* state) {
      return std::string{other_form} + encode(state);
    };
    type->decode = [decode = type->decode](std::string_view text) {
      if (!text.starts_with(other_form)) throw chassis::Corrupt{"a snapshot of another release"};
      return decode(text.substr(other_form.size()));
    };
  }
}

void tell_of_deliveries(chassis::Context& context, const Handled& handled) {
  for (auto& consumer : context.consumers)
    for (auto& [type, reaction] : consumer.by_type)
      reaction.react = [react = reaction.react, by = context.name() + " " + consumer.name,
                        handled](const chassis::Delivery& delivery) {
        handled(by, delivery);
        return react(delivery);
      };
}

void poison(chassis::Context& context, const std::function<bool()>& strikes) {
  for (auto& consumer : context.consumers)
    for (auto& [type, reaction] : consumer.by_type)
      reaction.react = [react = reaction.react, strikes](const chassis::Delivery& delivery) {
        if (strikes()) throw std::runtime_error{"nobody can handle this today"};
        return react(delivery);
      };
}

}  // namespace madang::simulation
