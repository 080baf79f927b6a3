#include "chassis/storage/folder_lock.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "chassis/ports/failures.hpp"

namespace madang::storage {
namespace {

constexpr std::string_view between = " since ";

FolderLock::Holder holder_in(int descriptor) {
  std::array<char, 100> text{};
  const auto size = ::pread(descriptor, text.data(), text.size(), 0);
  const std::string_view line{text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  const auto middle = line.find(between);
  const auto end = line.find('\n');
  if (middle == std::string_view::npos || end == std::string_view::npos) return {};
  const auto since = middle + between.size();
  return {std::string{line.substr(0, middle)}, std::string{line.substr(since, end - since)}};
}

}  // namespace

std::expected<FolderLock, FolderLock::Holder> FolderLock::take(const std::string& folder,
                                                               runtime::Time now) {
  const auto fail = [path = folder + "/lock"](const char* what) -> void {
    throw chassis::Unavailable{std::string{what} + " " + path + ": " + std::strerror(errno)};
  };
  const int descriptor = ::open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) fail("cannot open");
  FolderLock lock{descriptor};
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) fail("cannot lock");
    return std::unexpected{holder_in(descriptor)};
  }
  const auto text = fmt::format("{}{}{:%Y-%m-%dT%H:%M:%SZ}\n", ::getpid(), between,
                                std::chrono::floor<std::chrono::seconds>(now));
  if (::ftruncate(descriptor, 0) != 0) fail("cannot write");
  if (::pwrite(descriptor, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    fail("cannot write");
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)} {}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace madang::storage
