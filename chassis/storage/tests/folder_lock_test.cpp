#include "chassis/storage/folder_lock.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>

#include "chassis/ports/failures.hpp"
#include "chassis/storage/temporary_folder.hpp"

namespace madang::storage {
namespace {

const runtime::Time now = std::chrono::sys_days{std::chrono::July / 15 / 2026} +
                          std::chrono::hours{9} + std::chrono::milliseconds{1};

// A child that takes the lock, says so, and holds it until it is killed.
class ChildWithTheLock {
 public:
  explicit ChildWithTheLock(const std::string& folder) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) std::abort();
    pid_ = ::fork();
    if (pid_ == 0) {
      const auto lock = FolderLock::take(folder, now);
      const char taken = lock ? 'y' : 'n';
      if (::write(ends[1], &taken, 1) == 1) ::pause();
      ::_exit(0);
    }
    char taken = 0;
    EXPECT_EQ(::read(ends[0], &taken, 1), 1);
    EXPECT_EQ(taken, 'y');
    ::close(ends[0]);
    ::close(ends[1]);
  }
  ~ChildWithTheLock() { kill(); }
  void kill() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  [[nodiscard]] int pid() const { return pid_; }

 private:
  int pid_ = 0;
};

TEST(TheLockOfADataFolder, IsRefusedNamingItsHolder) {
  const TemporaryFolder folder;
  const ChildWithTheLock child{folder.path()};
  const auto lock = FolderLock::take(folder.path(), now);
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().pid, std::to_string(child.pid()));
  EXPECT_EQ(lock.error().since, "2026-07-15T09:00:00Z");
}

TEST(TheLockOfADataFolder, EndsWithItsHolderHoweverItDies) {
  const TemporaryFolder folder;
  ChildWithTheLock child{folder.path()};
  child.kill();
  const auto lock = FolderLock::take(folder.path(), now);
  ASSERT_TRUE(lock);
  const auto second = FolderLock::take(folder.path(), now);
  ASSERT_FALSE(second) << "also within one process";
  EXPECT_EQ(second.error().pid, std::to_string(::getpid()));
}

TEST(TheLockOfADataFolder, IsGivenBackAtTheEndOfItsScope) {
  const TemporaryFolder folder;
  std::ofstream{folder / "lock"} << std::string(1000, 'x');
  {
    const auto lock = FolderLock::take(folder.path(), now);
    EXPECT_TRUE(lock);
    std::ifstream file{folder / "lock"};
    EXPECT_EQ((std::string{std::istreambuf_iterator{file}, {}}),
              std::to_string(::getpid()) + " since 2026-07-15T09:00:00Z\n");
  }
  EXPECT_TRUE(FolderLock::take(folder.path(), now));
}

// Otherwise a program started by the shop would hold the folder after the shop has died.
TEST(TheLockOfADataFolder, IsNotHandedToProgramsThatAreStarted) {
  const TemporaryFolder folder;
  const auto lock = FolderLock::take(folder.path(), now);
  ASSERT_TRUE(lock);
  int found = 0;
  for (int descriptor = 3; descriptor < 256; ++descriptor) {
    std::array<char, 512> target{};
    const auto link = "/proc/self/fd/" + std::to_string(descriptor);
    const auto size = ::readlink(link.c_str(), target.data(), target.size());
    if (size < 0 ||
        std::string_view{target.data(), static_cast<std::size_t>(size)} != folder / "lock")
      continue;
    ++found;
    EXPECT_NE(::fcntl(descriptor, F_GETFD) & FD_CLOEXEC, 0);
  }
  EXPECT_EQ(found, 1);
}

TEST(TheLockOfADataFolder, NeedsTheFolder) {
  const TemporaryFolder folder;
  EXPECT_THROW(static_cast<void>(FolderLock::take(folder / "absent", now)), chassis::Unavailable);
}

}  // namespace
}  // namespace madang::storage
