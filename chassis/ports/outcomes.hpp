#pragma once
// What a command was answered, looked up without giving it. For what somebody must prove only the first time:
// the password that let them change it is another by the time they ask again, and yet the same request gets
// the same answer.
#include "chassis/ports/commands.hpp"

namespace madang::chassis {

class Outcomes {
 public:
  virtual ~Outcomes() = default;

  // Of this step of the request; nothing: it is not decided yet. Waits as a command does. Throws Unavailable,
  // KeyReused.
  template <class Command>
  [[nodiscard]] std::optional<typename Command::Decision> outcome_of(const RequestKey& request,
                                                                     std::string_view step) {
    const auto found = recorded(typeid(Command), request.step(step), request.written());
    if (!found) return std::nullopt;
    return *std::static_pointer_cast<typename Command::Decision>(found);
  }

 protected:
  // None: there is none.
  virtual std::shared_ptr<void> recorded(std::type_index, const CommandId&, Positions& written) = 0;
};

}  // namespace madang::chassis
