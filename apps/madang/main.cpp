// The bookshop in one program: it serves, and it tells whoever runs it what is going on.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "apps/madang/commands/commands.hpp"
#include "chassis/ports/failures.hpp"

namespace {

using namespace madang;

int complain(const char* why, int code) {
  std::fprintf(stderr, "madang: %s\n", why);
  return code;
}

int run(const app::Chosen& chosen) {
  try {
    return chosen();
  } catch (const app::Refused& refusal) {
    return complain(refusal.what(), app::wrong);
  } catch (const chassis::Corrupt& damage) {
    return complain(damage.what(), app::wrong);
  } catch (const app::NotUnderstood& misuse) {
    return complain(misuse.what(), app::not_understood);
  } catch (const std::exception& failure) {
    return complain(failure.what(), app::cannot);
  }
}

}  // namespace

int main(int count, char** words) {
  CLI::App program{"Madang, a bookshop that lends and sells e-books.", "madang"};
  program.set_version_flag("--version", "madang " MADANG_VERSION);
  program.footer(
      "Exit codes: 0 done, 1 something is wrong or was refused, 2 not understood, 3 cannot\n"
      "(no such folder, or another process has it).");
  program.require_subcommand(1);
  app::Chosen chosen;
  app::add_serve(program, chosen);
  app::add_config(program, chosen);
  app::add_operator(program, chosen);
  app::add_import(program, chosen);
  app::add_export(program, chosen);
  app::add_inspect(program, chosen);
  app::add_show(program, chosen);
  app::add_events(program, chosen);
  app::add_rebuild(program, chosen);
  app::add_parked(program, chosen);
  app::add_part(program, chosen);
  app::add_check(program, chosen);
  app::add_audit(program, chosen);
  app::add_backup(program, chosen);
  app::add_restore(program, chosen);
  app::add_reconcile(program, chosen);
  app::add_completion(program, chosen);
  try {
    program.parse(count, words);
  } catch (const CLI::ParseError& fault) {
    return program.exit(fault) == 0 ? app::done : app::not_understood;
  }
  return run(chosen);
}
