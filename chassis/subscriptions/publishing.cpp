#include "chassis/bus/publisher.hpp"
#include "chassis/subscriptions/tasks.hpp"

namespace madang::chassis {
namespace {

constexpr const char* consumer = "publisher";
// What was sent is noted when nothing has come for a while, and else now and then: what is sent again is dropped by
// whoever has heard it.
constexpr Position note_every = 4096;

}  // namespace

void publish(EngineShared& shared) {
  auto& runtime = shared.runtime;
  auto noted =
      insist(runtime, [&] { return shared.journal_readers->lend()->checkpoint(consumer, ""); });
  auto publisher = insist(runtime, [&] {  // it looks into the log
    return Publisher{shared.context, *shared.settings.broker, shared.open_reader(), noted};
  });
  const auto note = [&] {
    const auto sent = publisher.sent();
    if (sent != noted && shared.journal->write([sent](JournalStore& store) {
          store.put_checkpoint(consumer, "", sent);
        }))
      noted = sent;
  };
  for (bool told = false;;) {
    const auto from = publisher.sent();
    try {
      insist(runtime, [&] { publisher.send_next(read_max); });
      told = false;
    } catch (const std::exception& defect) {
      if (!std::exchange(told, true))
        shared.log.warn("an event cannot be published, nor what comes after it",
                        {{"context", shared.context.name()},
                         {"after", std::to_string(publisher.sent())},
                         {"why", defect.what()}});
      runtime.sleep(std::chrono::seconds{5});
    }
    const auto sent = publisher.sent();
    if (sent - noted >= note_every) note();
    if (sent != from) {
      gather(shared, shared.published, from, sent);
      continue;
    }
    shared.published.raise_to(static_cast<std::uint64_t>(sent));
    const auto seen = static_cast<std::uint64_t>(sent);
    if (shared.journal->appended().wait_beyond(seen, shared.soon()) <= seen) note();
  }
}

}  // namespace madang::chassis
