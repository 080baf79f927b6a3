#pragma once
// What a context is made of, without any type of it: the registry that its assembly page fills and that
// everything else reads. It runs nothing; an Engine (chassis/subscriptions/engine.hpp) does.
#include "chassis/journal/journal.hpp"
#include "chassis/ports/rows.hpp"
#include "chassis/ports/vault.hpp"
#include <any>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <typeindex>
#include <vector>

namespace madang::chassis {

// One sticker on the event-storming wall.
struct Sticker {
  std::string kind, name;
  std::vector<std::string> in, out;
};

// An event of this context's log, or a message that it heard.
struct Delivery {
  std::string source;  // "" for the own log, else the context that published it
  Position position = 0;
  std::string type;  // "RentalStarted", or "madang.rental.v1.RentalStarted"
  int schema = 1;
  std::string stream;
  Instant at{};
  Digest128 identity{};
  Cause cause;
  std::string payload;
};
Delivery delivery_of(const StoredEvent&);

// What a context tells others; mapped from an event of its log, so nothing is kept twice.
struct Message {
  std::string type;  // "madang.rental.v1.RentalStarted"
  std::string source, incarnation;
  int slice = 0;
  Position position = 0;
  std::string stream;
  Instant at{};
  Digest128 identity{};
  Cause cause;
  std::string payload;
};
Delivery delivery_of(const Message&);

// A command that a consumer gives, and what its outcome means to it.
struct Give {
  struct Settled {
    std::optional<std::string> park;  // why
    std::vector<Give> next;
  };
  const Rule* rule;
  std::shared_ptr<const void> command;
  CommandId id;
  std::function<Settled(const Result&)> settle;
};

// Hears events and messages in order; what it does about each is commands, so that a repeat has no effect.
struct Consumer {
  struct Reaction {
    // What must not overtake a delivery that could not be handled. May throw: then it is the stream.
    std::function<std::string(const Delivery&)> key;
    std::function<std::vector<Give>(const Delivery&)> react;
  };
  std::string name;
  std::map<std::string, Reaction> by_type;
  std::set<std::string> sources;  // contexts it hears; "" for the own log
};

// Hears own events and calls the outside: on a task of its own, each call again after a crash.
class PortsOf;
struct OutsideReaction {
  std::string name;
  std::set<std::string, std::less<>> types;
  std::vector<std::string> ports;
  std::function<void(const Delivery&, Commands&, const PortsOf&)> react;
};

// A fold of events into rows.
struct ProjectionType {
  struct Folded {
    enum class Action { nothing, put, drop, park };
    Action action = Action::nothing;
    std::string key;
    std::string row;  // JSON
    std::vector<Scalar> columns;
  };
  using FindRow = std::function<std::optional<std::string>(const std::string& key)>;
  std::string name;
  std::string shape;  // of key, row and columns; rows of another shape are rebuilt
  std::vector<std::string> columns;
  std::string ordered_by;  // one of them, as which the index of each other goes on; empty: by key
  std::set<std::string> types;
  std::function<Folded(const Delivery&, const FindRow&)> fold;
};

struct QueryType {
  std::vector<std::string> projections;
  using Readers = std::vector<const RowReader*>;  // in that order
  std::function<std::shared_ptr<void>(const void* query, const Readers&)> answer;
};

// What an event, or a process's record, tells others.
struct Published {
  std::set<std::string> types;  // of its messages
  std::function<std::vector<Message>(const Delivery&)> map;
};

struct Upcaster {
  int from;
  std::function<void(JsonDocument&)> lift;
};
// Back to the form before the newest, losing nothing that an event of this release can say.
struct Downcaster {
  int to;
  std::function<void(JsonDocument&)> lower;
};
struct StoredForm {
  int schema;
  std::string payload;
};

class Context {
 public:
  explicit Context(std::string name) : name_{std::move(name)} {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }

  std::vector<Sticker> stickers;
  std::map<std::string, std::unique_ptr<StreamType>> stream_types;  // by name
  std::map<std::type_index, std::unique_ptr<Rule>> rules;           // by command
  std::vector<std::unique_ptr<Rule>> inner_rules;                   // of processes and records
  std::map<std::type_index, QueryType> queries;
  std::vector<Consumer> consumers;
  std::vector<OutsideReaction> reactions;
  std::vector<ProjectionType> projections;
  std::map<std::string, std::vector<Upcaster>> upcasters;  // by event type
  // What is read in the newest form and written in the one before it, by event type: for as long as a release
  // may come back that does not read the newest.
  std::map<std::string, Downcaster> still_written;
  std::map<std::string, Published> published;  // by event type
  std::vector<std::pair<std::string, std::string>>
      golden;  // "type schema", stored form of a sample
  std::map<std::string, std::set<std::string>>
      told_by;                  // commands on the bus: who gives them, by message type
  std::set<std::string> slugs;  // of every refusal

  // Whether an event or a kept message names a person; then the context says what it holds about one, as JSON
  // for them to read.
  bool is_about_people = false;
  std::function<std::string(Commands&, const kernel::PersonId&, const Positions& after, Vault&)>
      personal_data;
  std::string personal_shape;  // of that JSON, as shape_of tells it

  // Processes meet an event in the turn that records it.
  using Meet =
      std::function<void(const void* event, const Digest128& identity, const Cause&, Turn&)>;
  std::map<std::string, std::vector<Meet>> processes_meeting;  // by event type
  void tell_processes(const std::string& type, const void* event, int ordinal, Turn&) const;

  [[nodiscard]] const StreamType& stream_type(const std::string& type) const;
  [[nodiscard]] int schema_of(const std::string& type) const;
  // The stored form as of the newest schema.
  [[nodiscard]] JsonDocument lifted(const std::string& type, int schema,
                                    std::string_view payload) const;
  // As it is written to the log, of the newest form.
  [[nodiscard]] StoredForm stored(const std::string& type, std::string payload) const;
  [[nodiscard]] std::set<std::string> sources() const;  // contexts that it hears

 private:
  std::string name_;
};

// What the app provides by type: the outside, as reactions see it.
class PortsOf {
 public:
  template <class Port>
  void provide(Port& port) {
    ports_[typeid(Port)] = &port;
  }
  template <class Port>
  [[nodiscard]] Port& get() const {
    const auto found = ports_.find(typeid(Port));
    if (found == ports_.end()) throw std::logic_error{"no such port was provided"};
    return *static_cast<Port*>(found->second);
  }

 private:
  std::map<std::type_index, void*> ports_;
};

std::string inspect_text(const Context&);
std::string inspect_json(const Context&);
std::string inspect_mermaid(const Context&);  // in event-storming colours

}  // namespace madang::chassis
