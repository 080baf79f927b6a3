#include "bench/counted.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <string>

namespace {

std::atomic<std::uint64_t> synced{0};

int counted(long call, int file) {
  ++synced;
  return static_cast<int>(::syscall(call, file));
}

}  // namespace

// In place of the C library's, for the libraries that the program loads too.
extern "C" int fsync(int file) { return counted(SYS_fsync, file); }
extern "C" int fdatasync(int file) { return counted(SYS_fdatasync, file); }

namespace madang::bench {

double seconds_since(runtime::Runtime& clock, runtime::Time begin) {
  return std::chrono::duration<double>(clock.now() - begin).count();
}

double cpu_seconds() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

double pages_read() {
  std::ifstream counts{"/proc/self/io"};
  std::string name;
  double bytes = 0;
  while (counts >> name >> bytes)
    if (name == "rchar:") return bytes / 4096;
  return 0;
}

std::uint64_t syncs() { return synced; }

}  // namespace madang::bench
