#pragma once
// How messages get from the context that tells to those that hear. A reader names the position of the
// source's log that it has come to and gets what was published after it, in order: at least once, and
// never with a hole. The embedded bus reads straight from the source's journal: its events are the outbox.
// Between programs lies a broker (broker_outlet.hpp). Both pass
// chassis/subscriptions/tests/bus_conformance_test.cpp.
#include "chassis/assembly/context.hpp"
#include "chassis/runtime/runtime.hpp"
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace madang::chassis {

struct MessageBatch {
  std::vector<Message> messages;
  Position upto = 0;  // the watermark: everything up to here was looked at, published or not
  // Of the log that it comes from. Another than before: nothing of it was given yet, and whoever asks again
  // hears on in that one.
  std::string incarnation;
};

// Something that was published is not where it should be; nothing after it was given. A person must look.
struct MessageMissing : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// For one task.
class MessageReader {
 public:
  virtual ~MessageReader() = default;
  // Throws Unavailable, Corrupt, MessageMissing.
  virtual MessageBatch after(Position, std::size_t max) = 0;
  // Of the log as it is now; empty: nothing was published yet. Throws as after() does.
  virtual std::string incarnation() = 0;
  // Where to begin for whoever needs what happened since then, and nothing older: everything after this
  // position did. Throws as after() does.
  virtual Position before(Instant) = 0;
};

// One context's end of the bus. Any task may use it.
class Outlet {
 public:
  virtual ~Outlet() = default;
  // Of these types alone: what nobody hears is passed over without being read.
  virtual std::unique_ptr<MessageReader> read(const std::set<std::string>& types) = 0;
  // Counts the positions of the source's log, as far as this end knows of them: where it reads that log itself,
  // before anyone is told of what was written. Whoever waits here also looks from time to time.
  virtual runtime::Signal& appended() = 0;
};

// Outlets by context. Filled before the first engine starts, and only looked at afterwards.
class Bus {
 public:
  void add(const std::string& context, Outlet& outlet) { outlets_[context] = &outlet; }
  [[nodiscard]] Outlet* find(const std::string& context) const {
    const auto found = outlets_.find(context);
    return found == outlets_.end() ? nullptr : found->second;
  }

 private:
  std::map<std::string, Outlet*> outlets_;
};

// What an event of the context's log tells others; nothing, when it is private.
std::vector<Message> messages_of(const Context&, const StoredEvent&,
                                 const std::string& incarnation);

// Maps the events of a context's journal as it publishes them, to messages of these types.
std::unique_ptr<MessageReader> read_published(const Context&, std::unique_ptr<JournalReader>,
                                              const std::set<std::string>& types);

}  // namespace madang::chassis
