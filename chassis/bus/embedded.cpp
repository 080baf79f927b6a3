#include "chassis/bus/bus.hpp"
#include "chassis/journal/sqlite_store.hpp"

namespace madang::chassis {
namespace {

class PublishedReader final : public MessageReader {
 public:
  PublishedReader(const Context& context, const std::string& path)
      : context_{context},
        journal_{read_sqlite_journal(path)},
        incarnation_{journal_->head().incarnation} {}

  MessageBatch after(Position position, std::size_t max) override {
    MessageBatch batch{{}, position, incarnation_};
    for (const auto& event : journal_->after(position, max)) {
      batch.upto = event.position;
      const auto found = context_.published.find(event.type);
      if (found == context_.published.end()) continue;
      for (auto& message : found->second(delivery_of(event))) {
        message.source = context_.name();
        message.incarnation = incarnation_;
        message.slice = event.slice;
        batch.messages.push_back(std::move(message));
      }
    }
    return batch;
  }

 private:
  const Context& context_;
  std::unique_ptr<JournalReader> journal_;
  std::string incarnation_;
};

}  // namespace

std::unique_ptr<MessageReader> read_published(const Context& context,
                                              const std::string& journal_path) {
  return std::make_unique<PublishedReader>(context, journal_path);
}

}  // namespace madang::chassis
