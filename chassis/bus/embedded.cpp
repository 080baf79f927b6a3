#include "chassis/bus/bus.hpp"

#include "chassis/telemetry/trace.hpp"

#include <algorithm>

namespace madang::chassis {
namespace {

class PublishedReader final : public MessageReader {
 public:
  PublishedReader(const Context& context, std::unique_ptr<JournalReader> journal,
                  std::set<std::string> types)
      : context_{context},
        types_{std::move(types)},
        journal_{std::move(journal)},
        incarnation_{journal_->head().incarnation} {
    const auto is_heard = [this](const std::string& type) { return types_.contains(type); };
    for (const auto& [event, told] : context_.published)
      if (std::ranges::any_of(told.types, is_heard)) tellers_.insert(event);
  }

  MessageBatch after(Position position, std::size_t max) override {
    MessageBatch batch{{}, position, incarnation_};
    const auto tells = [this](std::string_view event, int) { return tellers_.contains(event); };
    batch.upto = journal_->pass(position, max, tells,
                                [&](const StoredEvent& event) { tell(event, batch.messages); });
    return batch;
  }

  // Reads, so that a log that cannot be read is noticed before anybody goes by what it is.
  std::string incarnation() override { return after(0, 1).incarnation; }

  // By halves: positions have no holes, and log time never runs backwards.
  Position before(Instant since) override {
    Position earlier = 0, later = journal_->head().position + 1;
    while (later - earlier > 1) {
      const auto middle = earlier + (later - earlier) / 2;
      const auto found = journal_->after(middle - 1, 1);
      if (found.empty()) throw Corrupt{"the log ends before its head"};
      (found.front().at < since ? earlier : later) = middle;
    }
    return earlier;
  }

 private:
  void tell(const StoredEvent& event, std::vector<Message>& into) const {
    for (auto& message : messages_of(context_, event, incarnation_))
      if (types_.contains(message.type)) into.push_back(std::move(message));
  }

  const Context& context_;
  const std::set<std::string> types_;
  std::unique_ptr<JournalReader> journal_;
  std::string incarnation_;
  std::set<std::string, std::less<>> tellers_;  // event types
};

}  // namespace

std::vector<Message> messages_of(const Context& context, const StoredEvent& event,
                                 const std::string& incarnation) {
  const auto told = context.published.find(event.type);
  if (told == context.published.end()) return {};
  const auto delivery = delivery_of(event);
  auto messages = told->second.map(delivery);
  for (auto& message : messages) {
    message.cause.traceparent = telemetry::with_span(std::move(message.cause.traceparent),
                                                     delivery.identity);  // its own span
    message.source = context.name();
    message.incarnation = incarnation;
    message.slice = event.slice;
  }
  return messages;
}

std::unique_ptr<MessageReader> read_published(const Context& context,
                                              std::unique_ptr<JournalReader> journal,
                                              const std::set<std::string>& types) {
  return std::make_unique<PublishedReader>(context, std::move(journal), types);
}

}  // namespace madang::chassis
