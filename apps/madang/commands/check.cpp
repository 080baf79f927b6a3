#include "apps/madang/commands/check.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "apps/madang/commands/commands.hpp"
#include "chassis/ports/failures.hpp"

namespace madang::app {
namespace {

struct Asked {
  std::string data = "data", context, absent;
  bool json = false;
};

// Damage that ends one part of the check ends no other.
template <class Part>
void try_part(Findings& findings, Part part) {
  try {
    part();
  } catch (const chassis::Corrupt& damage) {
    findings.problem(damage.what());
  }
}

int check(const Asked& asked) {
  const DataFolder folder{asked.data, Use::look};
  Findings findings;
  for (const auto& place : folder.places(asked.context)) {
    findings.begin(place.name());
    try_part(findings, [&] { check_journal(place, findings); });
    try_part(findings, [&] { check_inboxes(place, folder.places(), findings); });
    try_part(findings, [&] { check_views(place, findings); });
    if (place.name() == "identity")
      try_part(findings, [&] { check_erased(place, folder.places(), findings); });
  }
  if (!asked.absent.empty()) {
    findings.begin("files");
    check_absent(asked.data, asked.absent, findings);
  }
  std::fputs((asked.json ? findings.json() : findings.text()).c_str(), stdout);
  return findings.is_sound() ? done : wrong;
}

}  // namespace

void add_check(CLI::App& program, Chosen& chosen) {
  auto* command = program.add_subcommand(
      "check",
      "Check the whole folder: journals, read models against their events, the ledger, who was forgotten");
  const auto asked = std::make_shared<Asked>();
  command->add_option("--context", asked->context, "only this one");
  command->add_option("--data", asked->data, "the data folder")->capture_default_str();
  command->add_option("--absent", asked->absent,
                      "search every file for each line of this one, which are to be nowhere");
  command->add_flag("--json", asked->json, "print one JSON object");
  command->footer(
      "Works beside a running shop; changes nothing. Exit code 1 if anything is wrong. Examples:\n"
      "  madang check\n"
      "  madang check --data /srv/madang --context payment --json\n"
      "  madang check --absent what-we-knew-of-kim.txt");
  command->callback([&chosen, asked] { chosen = [asked] { return check(*asked); }; });
}

}  // namespace madang::app
