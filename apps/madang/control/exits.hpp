#pragma once
// How commands end:
//
//   0 done   1 found something wrong, or refused   2 not understood   3 cannot: no folder, or in use
#include <stdexcept>

namespace madang::app {

inline constexpr int done = 0, wrong = 1, not_understood = 2, cannot = 3;

// What was asked for is not there, or the shop says no. Exit code 1.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// The command line is well formed and makes no sense. Exit code 2.
struct NotUnderstood : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// There is no such folder, or another process has it. Exit code 3.
struct Cannot : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace madang::app
