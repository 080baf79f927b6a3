#pragma once
// One moment of a database, held while its owner goes on writing, and copied out at leisure. Meanwhile the
// owner's WAL cannot begin again from its start, so it grows by what is written.
//
//   Snapshot journal{"rental/journal.db"};
//   journal.hold();                       microseconds, however large it is
//   journal.copy_to("copy/journal.db");   a database of its own, durable when this returns
//
// A failure is chassis::Unavailable. One task at a time.
#include <memory>
#include <string>

struct sqlite3;

namespace madang::storage {

class Snapshot {
 public:
  explicit Snapshot(const std::string& path);

  void hold();
  // `path` must not be there yet, its folder must.
  void copy_to(const std::string& path);

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> db_;
};

}  // namespace madang::storage
