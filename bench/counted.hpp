#pragma once
// What the process has used since it began, for differences.
#include "chassis/runtime/runtime.hpp"
#include <cstdint>

namespace madang::bench {

double seconds_since(runtime::Runtime&, runtime::Time begin);
double cpu_seconds();  // of all threads, user and system
// Of 4 KiB, as many as all read calls have brought, from the disk or from the kernel's cache: what SQLite had
// not in its own.
double pages_read();
std::uint64_t syncs();  // calls of fsync and fdatasync, SQLite's included

}  // namespace madang::bench
