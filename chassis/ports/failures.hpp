#pragma once
// What can go wrong that is nobody's refusal: a database gone, a time-out, a fault in what was stored.
// Adapters throw these three, the chassis alone catches them, and answers, retries or parks by type.
#include <stdexcept>

namespace madang::chassis {

// Gone for now; the same request may succeed later. HTTP: 503 with Retry-After.
struct Unavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Somebody else was faster; beginning again from a fresh look will settle it. HTTP: 409.
struct Conflict : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What was read cannot be right; no retry helps and a person must look. HTTP: 500, and an alarm.
struct Corrupt : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace madang::chassis
