#pragma once
// What a rule may do in its turn: look at streams, stage events, claims and timers. Nothing of it lasts
// when the rule throws, or when the batch fails.
#include "chassis/journal/event.hpp"
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace madang::chassis {

class Turn;

// A kind of stream, to a journal that knows no types.
struct StreamType {
  std::string name;   // "LicencePool"; its streams are "LicencePool/<id>"
  std::string shape;  // of the state: a snapshot of another shape is not used
  std::function<std::shared_ptr<void>()> empty;
  std::function<void(void* state, const StoredEvent&)> evolve;
  std::function<std::string(const void* state)> encode;
  std::function<std::shared_ptr<void>(std::string_view)> decode;
  // When time alone changes the state: called in a turn of its own once the timer is due. It stages
  // what happened and arms the next timer, or none.
  std::function<void(Turn&, const std::string& stream)> on_time;
};

struct Verdict {
  std::shared_ptr<void> decision;
  std::string refusal, why;  // slug and JSON; empty when accepted
};

// A stream as its turn sees it; valid until the turn ends.
struct OpenStream {
  const StreamType* type;
  std::string name;
  std::int64_t key = 0;  // in the store; 0: not there yet
  Version version = 0;
  Version snapshot_version = 0;
  std::shared_ptr<void> state;
  Position last = 0;  // of its last event in the store
  std::optional<Arming> timer{};
  std::uint64_t used = 0;  // in which batch, last

  template <class State>
  [[nodiscard]] State& as() const {
    return *static_cast<State*>(state.get());
  }
};

class Turn {
 public:
  virtual ~Turn() = default;

  [[nodiscard]] virtual Instant now() const = 0;
  [[nodiscard]] virtual const CommandId& id() const = 0;
  // A timer's turn is never earlier than its due.
  virtual void not_before(Instant) = 0;

  virtual OpenStream& open(const StreamType&, const std::string& stream) = 0;
  // Stages an event; its ordinal. The caller then evolves the state.
  virtual int append(OpenStream&, std::string_view type, int schema, std::string payload) = 0;
  // What is staged from here on is the command's own, told again to a repeat; before: what time
  // brought about, which stands even if the command is refused.
  virtual void begin_own_events() = 0;

  [[nodiscard]] virtual std::optional<std::string> claim_owner(const std::string& scope,
                                                               const std::string& key) = 0;
  virtual void take_claim(const std::string& scope, const std::string& key,
                          const std::string& stream) = 0;
  virtual void drop_claim(const std::string& scope, const std::string& key) = 0;
  // All of them, in every scope.
  virtual void drop_claims_of(const OpenStream&) = 0;
  // A timer that is armed for that instant already stays as it is.
  virtual void arm(OpenStream&, std::optional<Instant> due) = 0;
};

}  // namespace madang::chassis
