#pragma once
// What whoever guards the shop wants to see of it, apart from all else: who came in, who was turned away and
// why, what was changed about who may do what. One line of JSON each:
//
//   {"at":"2026-07-15T09:00:00.000Z","log":"security","what":"sign-in refused","whose":"kbDkxqCJUNE",
//    "address":"192.0.2.7","trace":"…"}
//
// People stand in it by their pseudonymous ids, never by address or name; a password or token never does.
// What is empty is left out.
#include <functional>
#include <optional>
#include <string>

#include "kernel/ids.hpp"
#include "kernel/instant.hpp"

namespace madang::telemetry {

struct SecurityNote {
  kernel::Instant at;
  std::string what;                        // of those in docs/operations.md
  std::optional<kernel::PersonId> person;  // whom it is about
  std::optional<kernel::PersonId> by;      // who did it, when it is somebody else
  std::string whose;                       // of who is not known: a digest of the address they gave
  std::string about;                       // a role, a fault, an operation's path
  std::string address, trace;
};

// Called by any thread; must neither wait nor throw.
using SecurityLog = std::function<void(const SecurityNote&)>;

std::string json_line(const SecurityNote&);  // without a line end

}  // namespace madang::telemetry
