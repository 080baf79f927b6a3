#include "apps/madang/control/copies.hpp"

#include "apps/madang/control/exits.hpp"

#include <array>
#include <filesystem>
#include <span>

namespace madang::app {
namespace {

constexpr std::size_t piece_size = 256 * 1024;

}  // namespace

Unfinished::Unfinished(storage::FileSystem& files, std::string path)
    : Unfinished{files, std::move(path), may_be_replaced} {
  if (files_.exists(path_) && !(files_.is_folder(path_) && files_.list(path_).empty()))
    throw Refused{path_ + " is there already; it is left as it is"};
}

Unfinished::Unfinished(storage::FileSystem& files, std::string path, Before)
    : files_{files}, path_{std::move(path)}, made_{path_ + ".unfinished"} {
  if (const auto folder = std::filesystem::path{path_}.parent_path(); !folder.empty())
    files_.create_folder(folder.string());
  alone_ = files_.lock(path_ + ".lock");
  if (!alone_) throw Cannot{path_ + " is being made by another; ask again"};
  files_.remove_all(made_);
  files_.create_folder(made_);
}

Unfinished::~Unfinished() {
  try {
    files_.remove_all(made_);
  } catch (...) {  // whoever makes the next takes it away
  }
}

void Unfinished::keep() { files_.rename(made_, path_); }

void Unfinished::take_the_place() {
  if (!files_.exists(path_)) return keep();
  files_.exchange(made_, path_);
  files_.remove_all(made_);
}

std::string path_in(const std::string& folder, const std::string& name) {
  return folder + "/" + name;
}

void copy_file(storage::FileSystem& files, const std::string& from, const std::string& to) {
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

std::size_t copy_files(storage::FileSystem& files, const std::string& from, const std::string& to) {
  if (!files.is_folder(from)) return 0;
  std::size_t copied = 0;
  for (const auto& name : files.list(from)) {
    const auto source = path_in(from, name), place = path_in(to, name);
    if (files.is_folder(source)) {
      copied += copy_files(files, source, place);
      continue;
    }
    files.create_folder(to);
    copy_file(files, source, place);
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
