#include "chassis/storage/mark_memory.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "chassis/ports/failures.hpp"

namespace madang::storage {
namespace {

constexpr std::array faults{SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE};
std::array<struct sigaction, faults.size()> handlers_before;
std::array<std::atomic<std::uint32_t*>, 64> crash_flags;

// Runs in a broken process: it stores into mapped memory and lets the signal take its former course.
extern "C" void note_crash(int signal, siginfo_t* info, void*) {
  for (auto& flag : crash_flags)
    if (auto* crashed = flag.load()) *crashed = 1;
  for (std::size_t i = 0; i < faults.size(); ++i)
    if (faults[i] == signal) ::sigaction(signal, &handlers_before[i], nullptr);
  // A faulting instruction faults again on return; what was sent has to be sent again.
  if (info->si_code <= 0) static_cast<void>(::raise(signal));
}

void watch_for_crashes() {
  static const bool once = [] {
    struct sigaction action{};
    action.sa_sigaction = note_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    for (std::size_t i = 0; i < faults.size(); ++i)
      ::sigaction(faults[i], &action, &handlers_before[i]);
    return true;
  }();
  static_cast<void>(once);
}

class MappedFile final : public MarkMemory {
 public:
  explicit MappedFile(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) fail(path);
    // The blocks are there from the start: a store into a mapped hole of a full disk is a SIGBUS.
    const int allocated = ::posix_fallocate(file, 0, static_cast<off_t>(mark_bytes));
    auto* at = allocated == 0
                   ? ::mmap(nullptr, mark_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
                   : MAP_FAILED;
    ::close(file);
    if (at == MAP_FAILED) fail(path);
    bytes_ = static_cast<std::byte*>(at);
    auto* crashed = reinterpret_cast<std::uint32_t*>(bytes_);
    for (auto& flag : crash_flags) {
      std::uint32_t* free = nullptr;
      if (flag.compare_exchange_strong(free, crashed)) break;
    }
    watch_for_crashes();
  }
  ~MappedFile() override {
    for (auto& flag : crash_flags) {
      auto* mine = reinterpret_cast<std::uint32_t*>(bytes_);
      flag.compare_exchange_strong(mine, nullptr);
    }
    ::munmap(bytes_, mark_bytes);
  }
  std::span<std::byte, mark_bytes> bytes() override {
    return std::span<std::byte, mark_bytes>{bytes_, mark_bytes};
  }

 private:
  [[noreturn]] static void fail(const std::string& path) {
    throw chassis::Unavailable{path + " cannot be mapped: " + std::strerror(errno)};
  }

  std::byte* bytes_ = nullptr;
};

class InMemory final : public MarkMemory {
 public:
  std::span<std::byte, mark_bytes> bytes() override { return bytes_; }

 private:
  alignas(8) std::array<std::byte, mark_bytes> bytes_{};
};

}  // namespace

std::shared_ptr<MarkMemory> map_marks(const std::string& path) {
  return std::make_shared<MappedFile>(path);
}
std::shared_ptr<MarkMemory> marks_in_memory() { return std::make_shared<InMemory>(); }

}  // namespace madang::storage
