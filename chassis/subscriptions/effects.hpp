#pragma once
// Brings events and messages to the consumers of a context: policies, processes and records. What they
// give goes to the journal without waiting for one another, except that nothing overtakes a delivery of
// the same key: it waits until that one is settled, and behind it when it was parked. Everything is done
// at least once, and command ids make it once.
//
// One Effects works on one source ("" is the own log) and belongs to one task.
#include "chassis/assembly/context.hpp"
#include "chassis/runtime/pauses.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/subscriptions/log.hpp"
#include "chassis/subscriptions/switches.hpp"
#include "chassis/telemetry/tracer.hpp"
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace madang::chassis {

class Effects {
 public:
  Effects(const Context&, std::string source, Journal&, runtime::Runtime&, Log&, Marks::Slot = {},
          telemetry::Tracer = {});

  // Where the consumers stand and what is parked, as the journal has it.
  void recover(JournalReader&);
  [[nodiscard]] bool has_consumers() const { return !consumers_.empty(); }
  // What they hear; all else can be passed over.
  [[nodiscard]] std::set<std::string> types() const;
  // Everything up to here was handled or parked by all consumers.
  [[nodiscard]] Position position() const;
  // At least one has come so far: all that are not off have.
  [[nodiscard]] Position furthest() const;

  // Consumers that are switched off are handed nothing and stay where they are. True: one is on again, and what
  // it has missed begins at position().
  [[nodiscard]] bool heed(const Switches&);

  // Hands over a batch that ends at `upto`, and waits until each delivery is settled or parked. Blocks
  // while the journal is unavailable; leaves only by runtime::Stopped.
  void handle(const std::vector<Delivery>&, Position upto);
  // Writes down how far it has come, when it has done something since. It costs a commit, and is cheap to
  // forget: for when nothing has come for a while. What is handled
  // again has no effect.
  void note_checkpoint();

  // Tries again what is parked for this consumer and key, in order; stops at the first that fails. To be
  // called too when one of them was given up, for those behind it.
  void retry(JournalReader&, const std::string& consumer, const std::string& key);

 private:
  struct Standing {
    const Consumer* consumer;
    Position checkpoint = 0;
    bool is_off = false;
    std::map<std::string, std::set<Digest128>> parked;  // by key: identities of deliveries
  };
  struct Flight {  // one delivery to one consumer, until all that it gives is settled
    Standing* standing;
    Delivery delivery;
    std::string key;
    std::size_t open = 0;
    runtime::Duration paused{};         // before it was last given again
    std::optional<std::string> reason;  // to park it
    std::optional<telemetry::Span> span{};
  };
  struct Landed {
    std::shared_ptr<Flight> flight;
    Give give;
    Result result;
  };

  void hand_over(Standing&, const Delivery&);
  // Waits until what it gives is settled; the reason when it cannot be handled.
  std::optional<std::string> handle_again(Standing&, const Delivery&, const std::string& key);
  // From here on what it causes is shown below it.
  void begin_span(Flight&) const;
  void end_span(Flight&) const;
  // What the consumer gives for a delivery; nothing, and the reason to park it, when it cannot be read.
  std::vector<Give> react(Flight&);
  // Handling it, or reading its key, has brought the process down.
  [[nodiscard]] bool is_suspect(const Standing&, const Delivery&) const;
  // What nothing may overtake that comes after this delivery and has the same.
  std::string key_of(const Standing&, const Delivery&);
  void submit(const std::shared_ptr<Flight>&, Give);
  void land_one();
  void land_all();
  void finish(Flight&);
  // An empty cause: it only waits behind another of its key.
  void park(Standing&, const Delivery&, const std::string& key, const std::string& cause);
  void write_until_written(const std::function<void(JournalStore&)>&);

  std::string source_;
  Journal& journal_;
  runtime::Runtime& runtime_;
  Log& log_;
  Marks::Slot slot_;
  telemetry::Tracer tracer_;
  std::vector<Standing> consumers_;
  std::shared_ptr<runtime::Mailbox<Landed>> landed_;
  std::map<std::pair<const Standing*, std::string>, std::shared_ptr<Flight>> in_flight_;
  std::size_t open_ = 0;
  bool did_something_ = false;
  Position noted_ = 0;  // of those that are not off
};

inline constexpr const char* brought_the_process_down = "handling it has brought the process down";

std::string encode_delivery(const Delivery&);
Delivery decode_delivery(std::string_view);
Instant now_of(runtime::Runtime&);
// As it is parked at this moment. An empty cause: it only waits behind another of its key.
Parked parked_now(const std::string& consumer, const std::string& key, const std::string& source,
                  const Delivery&, const std::string& cause, runtime::Runtime&);

}  // namespace madang::chassis
