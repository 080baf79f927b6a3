#pragma once
// The tables of a journal in SQLite. What a release has shipped is never edited: a change is a new
// migration.
#include <span>

namespace madang::storage {
struct Migration;
}

namespace madang::chassis {

std::span<const storage::Migration> journal_migrations();

}  // namespace madang::chassis
