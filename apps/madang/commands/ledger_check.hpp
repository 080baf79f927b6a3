#pragma once
#include "apps/madang/commands/findings.hpp"

namespace madang::storage {
class Database;
}

namespace madang::app {

// Over payment's read models as they were folded again: double entry, entry by entry and in sum.
void check_ledger(storage::Database& views, Findings&);

}  // namespace madang::app
