#pragma once
// The tables of a journal in SQLite. What a release has shipped is never edited: a change is a new
// migration.

namespace madang::storage {
class Database;
}

namespace madang::chassis {

void create_journal_tables(storage::Database&);

}  // namespace madang::chassis
