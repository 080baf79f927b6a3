#pragma once
// The commands of `madang`. Each adds itself to the program; after the command line was
// understood, `chosen` does what the person asked for and gives the exit code:
//
//   0 done   1 found something wrong, or refused   2 not understood   3 cannot: no folder, or in use
#include <functional>
#include <stdexcept>

namespace CLI {
class App;
}

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

using Chosen = std::function<int()>;

void add_inspect(CLI::App&, Chosen&);
void add_show(CLI::App&, Chosen&);
void add_events(CLI::App&, Chosen&);
void add_rebuild(CLI::App&, Chosen&);
void add_check(CLI::App&, Chosen&);
void add_parked(CLI::App&, Chosen&);
void add_operator(CLI::App&, Chosen&);
void add_import(CLI::App&, Chosen&);
void add_serve(CLI::App&, Chosen&);
void add_config(CLI::App&, Chosen&);
void add_completion(CLI::App&, Chosen&);

}  // namespace madang::app
