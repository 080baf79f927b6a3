#pragma once
// The parts of `check`. Each reads one moment of the files and tells what it finds; none writes to the
// folder.
#include "apps/madang/commands/data_folder.hpp"
#include "apps/madang/commands/findings.hpp"

namespace madang::app {

// Positions and versions without gaps, time that never runs backwards, outcomes, claims and timers that
// name what is there, every event readable, every snapshot what its events lead to.
void check_journal(const Place&, Findings&);
// What was heard of each source against that source's log.
void check_inboxes(const Place&, const std::vector<Place>& all, Findings&);
// Every read model folded again beside and compared, row by row, at the position where it stands. Of
// payment, the ledger too: each entry balances, and the balances are the sums of the entries.
void check_views(const Place&, Findings&);

// Who was forgotten: no context has a key of theirs any more, and nobody erased owns an address.
void check_erased(const Place& identity, const std::vector<Place>& all, Findings&);
// Searches every file of the folder, databases with their free pages and write-ahead logs too, for each line
// of a file of values ("hex:" and digits for bytes), which are to be nowhere.
void check_absent(const std::string& folder, const std::string& values_file, Findings&);

}  // namespace madang::app
