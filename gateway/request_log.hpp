#pragma once
// One line of JSON for each request: who asked for what, how it went and how long it took. Never a
// body, a token or the value of a parameter, so that no secret and nothing a person typed gets into
// a log. `problem` is the slug of the problem that was told, whoever refused: a rule, the gateway, or the server
// itself to a request that no context saw (too large, one too many).
//
//   {"at":"2026-07-15T09:00:00.000Z","log":"request","method":"GET","path":"/v1/shelf",
//    "parameters":["cursor"],"route":"/v1/shelf","status":401,"in":0,"out":512,"micros":184,
//    "person":"…","client":"web","address":"192.0.2.7","trace":"…","problem":"token-invalid","fault":"expired"}
//
// `parameters`, `person`, `client`, `problem` and `fault` are left out when there is none.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/http/message.hpp"
#include "chassis/http/problem.hpp"
#include "chassis/telemetry/security_note.hpp"
#include "kernel/ids.hpp"
#include "kernel/instant.hpp"

namespace madang::gateway {

struct RequestRecord {
  kernel::Instant at;
  http::Method method;
  std::string path;                     // decoded, cut after 256 bytes
  std::vector<std::string> parameters;  // the first 16 names from the query, cut likewise
  std::string_view route;               // the prefix that the path was found under; empty: none
  int status;
  std::uint64_t bytes_in, bytes_out;  // of bodies; in: as declared, when it was streamed
  std::chrono::microseconds took;
  std::optional<kernel::PersonId> person;
  std::string client, address, trace_id;
  std::string problem;     // its slug
  std::string_view fault;  // of the token
};

std::string json_line(const RequestRecord&);  // without a line end

// The slug of the problem that an answer tells, as http::Problems writes it; empty for any other answer.
std::string_view problem_in(const http::Response&);

// Of a request whose token was not taken, or that somebody may not make; nothing of any other.
std::optional<telemetry::SecurityNote> security_note_of(const RequestRecord&);

// Called by any thread; must neither wait nor throw.
using RequestLog = std::function<void(const RequestRecord&)>;

}  // namespace madang::gateway
