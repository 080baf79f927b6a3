#pragma once
// What the contract says of an operation, who calls it, and what it comes to.
#include <cstdint>
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "chassis/http/message.hpp"
#include "chassis/http/problem.hpp"
#include "chassis/ports/later.hpp"
#include "chassis/security/principal.hpp"
#include "chassis/telemetry/trace.hpp"
#include "kernel/ids.hpp"

namespace madang::contracts {

struct Operation {
  std::string_view context, name;
  http::Method method;
  std::string_view path;                    // "/v1/rentals/{rental_id}/return"
  std::span<const std::string_view> roles;  // one of them is enough; "anyone" is a role of all
  bool is_effect;                           // takes an Idempotency-Key
  bool is_streaming;                        // reads its body while it comes
  bool is_quick;                            // never waits for a commit or another program
  std::string_view takes;                   // media type of its body; empty: it has none
  std::string_view gives;  // media type of its success; empty: none, or its own affair
  int cache_seconds;       // 0: not to be stored
};

struct Caller {
  security::Principal who;
  http::Language language;
  std::string address;
  http::Deadline deadline;
  telemetry::TraceContext trace;

  // Of an operation that takes a role.
  [[nodiscard]] kernel::PersonId person() const;
};

// A success, as the contract types it; or the refusal that a client is told.
template <class Success>
using Result = std::expected<Success, http::Problem>;

// The same of an effect, which may be answered when its command is durable.
template <class Success>
using Later = chassis::Later<Result<Success>>;

// An operation bound to the adapter that carries it out.
struct Route {
  const Operation* operation;
  http::Handler answer;
};

}  // namespace madang::contracts
