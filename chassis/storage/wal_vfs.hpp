#pragma once
// An SQLite VFS that writes the WAL in large pieces. SQLite gives each page of a commit in two writes, a
// frame's header and the page, each a system call; here they are gathered and written when they are synced,
// read back, or are enough.
//
// Only for connections whose every commit syncs the WAL before others are told of it (synchronous=FULL):
// what a process has gathered and not yet written is no more than the beginning of a commit, and is lost
// with the process as that would be. An error of a late write is told by the sync or the read that made it.
// All other files, and the disk itself, are the default VFS's, a simulated one included.
namespace madang::storage {

// Its name, for sqlite3_open_v2.
const char* gathering_wal_vfs();

}  // namespace madang::storage
