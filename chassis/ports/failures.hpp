#pragma once
// What adapters throw when something outside fails. Only the chassis catches them; application code
// lets them pass. A refusal is never one of these: it is a value.
#include <stdexcept>

namespace madang::chassis {

struct Unavailable : std::runtime_error {  // try again later; nothing is known to have happened
  using std::runtime_error::runtime_error;
};
struct Conflict : std::runtime_error {  // someone else was first; look again, then perhaps try again
  using std::runtime_error::runtime_error;
};
struct Corrupt : std::runtime_error {  // what is stored is not what was written; loud, never retried
  using std::runtime_error::runtime_error;
};

}  // namespace madang::chassis
