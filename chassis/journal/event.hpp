#pragma once
// What a journal holds. An event's identity is (command id, ordinal): positions order and find,
// identities cause.
#include "chassis/ports/commands.hpp"
#include "kernel/instant.hpp"
#include <cstdint>
#include <string>
#include <string_view>

namespace madang::chassis {

using kernel::Instant;
using Version = std::int64_t;  // of a stream: how many events it has

// Streams are spread over fixed slices, so that work is shared out, and shared out anew, without
// moving data. Frozen: FNV-1a (64 bits) of the stream's name, modulo 1024.
inline constexpr int slice_count = 1024;
inline int slice_of(std::string_view stream) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : stream) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return static_cast<int>(hash % slice_count);
}

struct StoredEvent {
  Position position;
  std::string stream;
  Version version;
  std::string type;
  int schema;
  int slice;
  Instant at;  // log time: it never runs backwards in a log
  Digest128 command;
  int ordinal;
  Cause cause;
  std::string payload;

  [[nodiscard]] Digest128 identity() const { return digest128({"event", command, ordinal}); }
};

// One row; locked first by every append.
struct Head {
  std::string incarnation;  // a restored backup starts a new one
  Position position = 0;
  Instant time{};
  std::int64_t epoch = 0;
  friend bool operator==(const Head&, const Head&) = default;
};

struct Outcome {
  std::string fingerprint;
  std::string refusal;           // slug, or empty: accepted
  std::string why;               // the refusal as JSON
  Position first = 0, last = 0;  // of the command's events and what they brought about; 0: none
};

// Of a stream's timer: the version that it had when it armed it.
struct Arming {
  Version generation;
  Instant due;
};

struct Timer {
  std::string name;  // of the stream that armed it
  std::string type;  // of that stream
  Version generation;
  Instant due;
};

struct Snapshot {
  Version version;
  std::string shape;  // of the state; one of another shape is not used
  std::string state;
};

// A delivery that could not be handled, and those of its key that wait behind it, in order of arrival.
struct Parked {
  std::int64_t number;
  std::string consumer, key, source;
  Position position;
  std::string delivery;  // its bytes, though the bus has forgotten it
  std::string cause;     // why, the last time; empty: it waits behind another
  int attempts;
  // When it was parked, when it last failed, and why it first did.
  Instant parked_at{}, failed_at{};
  std::string first_cause{};
};

// What a person did to this context that no event of it tells: who it was, when and why.
struct Act {
  Instant at{};
  std::string who, what;  // "kim", "discarded a parked delivery"
  std::string about;      // a line for people
  std::string why;
  std::string details;  // JSON
};

}  // namespace madang::chassis
