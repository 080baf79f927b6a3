#pragma once
// A list of titles is taken into the catalog: what is new is registered, what its publisher tells otherwise is
// changed, and the rest stays. The list may be imported again at any time, also after an import that was broken
// off: each run looks at every row anew, and nothing is there twice.
//
// The first row names the columns, in any order; others are passed over.
//
//   id | gutenberg_id   the publisher's own; with the publisher's name it is the identifier
//   isbn                may be empty or missing; where it is given, it is the identifier
//   title               runs of white space become one space
//   authors             of several, with "|" between them; may be empty or missing
//   language            BCP 47; of several, with "/" between them, the first; empty or missing: und
#include "catalog/application/csv.hpp"
#include "catalog/application/terms_rule.hpp"
#include "chassis/ports/commands.hpp"
#include <functional>
#include <istream>
#include <optional>
#include <string>

namespace madang::catalog {

struct ImportAsked {
  std::string publisher = "gutenberg";  // no colon in it
  TermsRule terms;
  // Stands for a title that is empty ("[untitled]", say); without it such a row is refused.
  std::optional<std::string> when_untitled;
  std::size_t rows_at_once = 2048;
  int attempts_max = 10;  // to give rows to a catalog that is unavailable for now
};

// rows = fresh + changed + unchanged + refused
struct ImportCounts {
  std::int64_t rows = 0, fresh = 0, changed = 0, unchanged = 0, refused = 0;
  friend bool operator==(const ImportCounts&, const ImportCounts&) = default;
};
struct RefusedRow {
  std::int64_t line;  // on which it begins, from 1
  std::string why;
};
struct ImportResult {
  ImportCounts counts;
  // Why it was broken off before the end of the list; what the counts say is done all the same.
  std::optional<std::string> broken_off;
};

// What the import tells while it goes on, and whom it asks for time. All of it is called on the caller's task.
struct ImportWatch {
  std::function<void(const RefusedRow&)> refused;
  std::function<void(const ImportCounts&)> progress;   // after each batch
  std::function<void(int attempt)> wait_before_retry;  // attempt: 1, 2, ...
};

// `run` is made of chance for each run: under its command ids the outcomes of this run are on record, and
// those of another run never answer for it.
ImportResult import_titles(std::istream& list, const ImportAsked&, const chassis::Digest128& run,
                           chassis::Commands& catalog, const ImportWatch&);

}  // namespace madang::catalog
