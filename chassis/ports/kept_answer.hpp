#pragma once
// What a context answers to a question that is always the same, for a task that looks every second and finds nothing
// new nearly always: asked again only once the context's log has grown, and now and then in any case, since a read
// model may be mended though nothing happens. One task.
#include "chassis/ports/commands.hpp"
#include <chrono>
#include <optional>

namespace madang::chassis {

template <class Query>
class KeptAnswer {
 public:
  explicit KeptAnswer(Commands& context) : context_{context} {}

  // Of all that the log held at that time. Throws as Commands::ask does, and keeps nothing then.
  const typename Query::Result& at(Instant now) {
    auto head = context_.head();
    if (!answer_ || head != upto_ || now - asked_at_ >= kept_at_most) {
      answer_.reset();
      answer_ = context_.ask(Query{}, head);
      upto_ = std::move(head);
      asked_at_ = now;
    }
    return *answer_;
  }

 private:
  static constexpr auto kept_at_most = std::chrono::minutes{1};

  Commands& context_;
  std::optional<typename Query::Result> answer_;
  Positions upto_;
  Instant asked_at_{};
};

}  // namespace madang::chassis
