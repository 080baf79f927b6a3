#include "chassis/bus/publisher.hpp"

#include "chassis/bus/record.hpp"

#include <exception>

namespace madang::chassis {

Publisher::Publisher(const Context& context, Broker& broker, std::unique_ptr<JournalReader> log,
                     Position sent)
    : context_{context},
      broker_{broker},
      log_{std::move(log)},
      incarnation_{log_->head().incarnation},
      sent_{sent} {}

void Publisher::send_next(std::size_t max) {
  std::vector<std::string> records;
  Position previous = sent_;
  const auto put = [&](Position position, Instant at, std::vector<Message> messages) {
    records.push_back(encode_record({.source = context_.name(),
                                     .incarnation = incarnation_,
                                     .position = position,
                                     .previous = previous,
                                     .at = at,
                                     .messages = std::move(messages)}));
    previous = position;
  };
  std::exception_ptr failure;  // of the first that cannot be mapped: what comes before it is sent
  Position before_failure = 0;
  auto upto = log_->pass(
      sent_, max,
      [&](std::string_view type, int) { return context_.published.contains(std::string{type}); },
      [&](const StoredEvent& event) {
        if (failure) return;
        try {
          auto messages = messages_of(context_, event, incarnation_);
          if (!messages.empty()) put(event.position, event.at, std::move(messages));
        } catch (const std::exception&) {
          failure = std::current_exception();
          before_failure = event.position - 1;
        }
      });
  if (failure) upto = before_failure;
  if (upto > previous) put(upto, log_->head().time, {});
  if (!records.empty()) broker_.send(topic_of(context_.name()), records);
  sent_ = upto;
  if (failure) std::rethrow_exception(failure);
}

}  // namespace madang::chassis
