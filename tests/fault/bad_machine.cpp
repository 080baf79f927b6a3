// A machine that fails on purpose, under a program that knows nothing of it: loaded before the C library
// (LD_PRELOAD), it stands between the program and its disk and wall clock. What is to fail stands in a
// small file that is shared with the test (bad_machine.py), which changes it while the program runs.
//
//   BAD_MACHINE   path of that file; without it everything is as it was
//   file = wall_offset:i64 writes_fail:i32 syncs_fail:i32 slow_ms:i32 zeros[4] folder[128] slow[128] abort[128]
//
// The numbers of failing calls are errno's; only files whose path contains `folder` fail, of which those
// that contain `slow` are synced slowly and opening one that contains `abort` brings the program down.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace {

struct Faults {
  std::int64_t wall_offset;  // seconds
  std::int32_t writes_fail, syncs_fail, slow_ms, unused;
  char folder[128], slow[128], abort[128];
};

// Null until the file is there: calls before that go through.
const volatile Faults* map_faults() {
  const char* path = std::getenv("BAD_MACHINE");
  if (path == nullptr) return nullptr;
  const auto file =
      static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0));
  if (file < 0) return nullptr;
  void* at = ::mmap(nullptr, sizeof(Faults), PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  return at == MAP_FAILED ? nullptr : static_cast<const volatile Faults*>(at);
}

const Faults* faults() {
  static const volatile Faults* const mapped = map_faults();
  return const_cast<const Faults*>(mapped);
}

bool names(const char* path, const char* part) {
  return part[0] != '\0' && std::strstr(path, part) != nullptr;
}

// Of an open file; empty when it is none of those that may fail.
std::array<char, 512> path_of(int file) {
  std::array<char, 64> link{};
  std::array<char, 512> path{};
  std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", file);
  const auto length = ::readlink(link.data(), path.data(), path.size() - 1);
  path[length < 0 ? 0 : static_cast<std::size_t>(length)] = '\0';
  if (!names(path.data(), faults()->folder)) path[0] = '\0';
  return path;
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

// Whether a write to the file is to fail; errno says how.
bool write_fails(int file) {
  if (faults() == nullptr || faults()->writes_fail == 0 || path_of(file)[0] == '\0') return false;
  errno = faults()->writes_fail;
  return true;
}

bool sync_fails(int file) {
  if (faults() == nullptr) return false;
  const auto path = path_of(file);
  if (path[0] == '\0') return false;
  if (faults()->slow_ms > 0 && names(path.data(), faults()->slow)) {
    const timespec time{faults()->slow_ms / 1000, faults()->slow_ms % 1000 * 1'000'000L};
    ::syscall(SYS_nanosleep, &time, nullptr);
  }
  if (faults()->syncs_fail == 0) return false;
  errno = faults()->syncs_fail;
  return true;
}

bool open_fails(const char* path, int flags) {
  if (faults() == nullptr || !names(path, faults()->folder)) return false;
  if (names(path, faults()->abort)) std::abort();
  if (faults()->writes_fail == 0 || (flags & (O_WRONLY | O_RDWR | O_CREAT)) == 0) return false;
  if (faults()->writes_fail == ENOSPC && ::access(path, F_OK) == 0)
    return false;  // it has its place
  errno = faults()->writes_fail;
  return true;
}

mode_t mode_in(int flags, va_list& rest) {
  return (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : mode_t{};
}

}  // namespace

extern "C" {

// NOLINTBEGIN(cert-dcl50-cpp): these are the C library's own.
int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = mode_in(flags, rest);
  va_end(rest);
  if (open_fails(path, flags)) return -1;
  static auto* const real = next<int(const char*, int, mode_t)>("open");
  return real(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = mode_in(flags, rest);
  va_end(rest);
  if (open_fails(path, flags)) return -1;
  static auto* const real = next<int(const char*, int, mode_t)>("open64");
  return real(path, flags, mode);
}
// NOLINTEND(cert-dcl50-cpp)
ssize_t write(int file, const void* bytes, size_t size) {
  if (write_fails(file)) return -1;
  static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
  return real(file, bytes, size);
}
ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
  if (write_fails(file)) return -1;
  static auto* const real = next<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  return real(file, bytes, size, at);
}
ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
  if (write_fails(file)) return -1;
  static auto* const real = next<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  return real(file, bytes, size, at);
}
int fsync(int file) {
  if (sync_fails(file)) return -1;
  static auto* const real = next<int(int)>("fsync");
  return real(file);
}
int fdatasync(int file) {
  if (sync_fails(file)) return -1;
  static auto* const real = next<int(int)>("fdatasync");
  return real(file);
}
int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static auto* const real = next<int(clockid_t, timespec*)>("clock_gettime");
  const int result = real(clock, time);
  if (clock == CLOCK_REALTIME && faults() != nullptr) time->tv_sec += faults()->wall_offset;
  return result;
}

}  // extern "C"
