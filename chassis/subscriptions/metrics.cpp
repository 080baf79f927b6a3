#include "chassis/subscriptions/metrics.hpp"

#include "chassis/subscriptions/engine.hpp"

namespace madang::chassis {

std::vector<std::shared_ptr<void>> show_metrics(Engine& engine, telemetry::Registry& registry) {
  std::vector<std::shared_ptr<void>> shown;
  const auto& name = engine.context().name();
  const auto show = [&](const char* metric, const char* help, telemetry::Labels labels,
                        std::function<double()> read) {
    labels.emplace_back("context", name);
    shown.push_back(registry.gauge_from(metric, help, std::move(labels), std::move(read)));
  };
  show("madang_log_position", "Events in the log.", {},
       [&engine] { return static_cast<double>(engine.progress().head); });
  const auto* lag = "Events of the log that it has not come to yet.";
  show("madang_lag_events", lag, {{"consumer", "read models"}}, [&engine] {
    const auto now = engine.progress();
    return static_cast<double>(now.head - now.views);
  });
  show("madang_lag_events", lag, {{"consumer", "policies and processes"}}, [&engine] {
    const auto now = engine.progress();
    return static_cast<double>(now.head - now.effects);
  });
  for (const auto& source : engine.context().sources())
    show("madang_heard_position", "How far the log of another context was heard.",
         {{"source", source}},
         [&engine, source] { return static_cast<double>(engine.progress().inboxes[source]); });
  show("madang_parked", "Deliveries that wait for a person.", {},
       [&engine] { return static_cast<double>(engine.parked().size()); });
  show("madang_parts_off", "Parts that operators have switched off.", {},
       [&engine] { return static_cast<double>(engine.switches().all_off()->size()); });
  show("madang_timer_late_seconds", "How long the earliest timer has been due.", {},
       [&engine] { return std::chrono::duration<double>{engine.timer_lateness()}.count(); });

  using Counts = Journal::Counts;
  const auto count = [&](const char* metric, const char* help, std::uint64_t Counts::* of) {
    show(metric, help, {},
         [&engine, of] { return static_cast<double>(engine.progress().journal.*of); });
  };
  count("madang_batches", "Batches made durable since the start.", &Counts::batches);
  count("madang_batches_failed", "Batches whose commit failed.", &Counts::failed_batches);
  count("madang_commands", "Commands that reached the writer.", &Counts::commands);
  count("madang_commands_repeated", "Commands answered from their outcome.", &Counts::repeats);
  count("madang_commands_overdue", "Commands whose time was over before their turn came.",
        &Counts::overdue);
  count("madang_commands_refused", "Commands that were refused.", &Counts::refusals);
  count("madang_commands_defect", "Commands that failed by a defect.", &Counts::defects);
  count("madang_events", "Events written since the start.", &Counts::events);
  for (const auto& sticker : engine.context().stickers)
    if (sticker.kind == "aggregate")
      for (const auto& type : sticker.out)
        show("madang_events_of", "The same by type: what the business did.", {{"type", type}},
             [&engine, type] { return static_cast<double>(engine.count_of(type)); });
  return shown;
}

}  // namespace madang::chassis
