#pragma once
// The commands of `madang`. Each adds itself to the program; after the command line was
// understood, `chosen` does what the person asked for and gives the exit code (exits.hpp).
#include <functional>

#include "apps/madang/control/exits.hpp"

namespace CLI {
class App;
}

namespace madang::app {

using Chosen = std::function<int()>;

void add_inspect(CLI::App&, Chosen&);
void add_show(CLI::App&, Chosen&);
void add_events(CLI::App&, Chosen&);
void add_rebuild(CLI::App&, Chosen&);
void add_audit(CLI::App&, Chosen&);
void add_backup(CLI::App&, Chosen&);
void add_reconcile(CLI::App&, Chosen&);
void add_restore(CLI::App&, Chosen&);
void add_check(CLI::App&, Chosen&);
void add_parked(CLI::App&, Chosen&);
void add_part(CLI::App&, Chosen&);
void add_operator(CLI::App&, Chosen&);
void add_import(CLI::App&, Chosen&);
void add_export(CLI::App&, Chosen&);
void add_serve(CLI::App&, Chosen&);
void add_config(CLI::App&, Chosen&);
void add_completion(CLI::App&, Chosen&);

}  // namespace madang::app
