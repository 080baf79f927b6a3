#include "apps/madang/control/copies.hpp"

#include "apps/madang/control/exits.hpp"

#include "chassis/ports/failures.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <span>

namespace madang::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_size = 256 * 1024;

// So that the names in it are what they are after a power loss, too.
void sync_folder(const std::string& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool is_durable = folder >= 0 && ::fsync(folder) == 0;
  if (folder >= 0) ::close(folder);
  if (!is_durable) throw chassis::Unavailable{"cannot make the names in " + path + " durable"};
}

}  // namespace

Unfinished::Unfinished(std::string path) : Unfinished{std::move(path), may_be_replaced} {
  if (fs::exists(path_) && !(fs::is_directory(path_) && fs::is_empty(path_)))
    throw Refused{path_ + " is there already; it is left as it is"};
}

Unfinished::Unfinished(std::string path, Before)
    : path_{std::move(path)}, made_{path_ + ".unfinished"} {
  fs::remove_all(made_);
  files_.create_folder(made_);
}

Unfinished::~Unfinished() {
  std::error_code ignored;
  fs::remove_all(made_, ignored);
}

void Unfinished::keep() { files_.rename(made_, path_); }

void Unfinished::take_the_place() {
  if (!fs::exists(path_)) return keep();
  if (::renameat2(AT_FDCWD, made_.c_str(), AT_FDCWD, path_.c_str(), RENAME_EXCHANGE) != 0)
    throw chassis::Unavailable{"cannot replace " + path_ + ": " + std::strerror(errno)};
  sync_folder(fs::absolute(path_).parent_path().string());
  fs::remove_all(made_);
}

void copy_file(const std::string& from, const std::string& to) {
  storage::RealFileSystem files;
  const auto source = files.open(from);
  if (!source) throw Refused{"there is no file " + from};
  const auto copy = files.create(to);
  std::array<std::byte, piece_size> piece;
  for (std::uint64_t offset = 0;;) {
    const auto read = source->read(offset, piece);
    copy->append({reinterpret_cast<const char*>(piece.data()), read});
    if (read < piece.size()) return copy->finish();
    offset += read;
  }
}

std::size_t copy_files(const std::string& from, const std::string& to) {
  storage::RealFileSystem files;
  std::size_t copied = 0;
  if (!fs::is_directory(from)) return 0;
  for (const auto& it : fs::recursive_directory_iterator{from}) {
    if (!it.is_regular_file()) continue;
    const auto place = to + "/" + fs::relative(it.path(), from).string();
    files.create_folder(fs::path{place}.parent_path().string());
    copy_file(it.path().string(), place);
    ++copied;
  }
  return copied;
}

std::string in_milliseconds(runtime::Duration span) {
  const auto micros = span.count();
  auto rest = std::to_string(micros % 1000);
  return std::to_string(micros / 1000) + "." + std::string(3 - rest.size(), '0') + rest;
}

}  // namespace madang::app
