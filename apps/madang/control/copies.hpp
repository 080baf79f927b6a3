#pragma once
// Copies of files and folders that are there whole or not at all, whenever the process is killed.
#include "chassis/runtime/runtime.hpp"
#include "chassis/storage/files.hpp"
#include <memory>
#include <string>

namespace madang::app {

// A folder that is made under another name (PATH.unfinished) and gets its own when all of it is durable. What
// an interrupted run left under the other name is taken away first; what this one leaves, when it goes. One is made
// at a time, by any process: PATH.lock is there meanwhile.
class Unfinished {
 public:
  // Throws Cannot while another makes it, and Refused when PATH is there already and is not an empty folder.
  Unfinished(storage::FileSystem&, std::string path);
  // Or the caller sees to what is there before keep().
  enum Before { may_be_replaced };
  Unfinished(storage::FileSystem&, std::string path, Before);
  ~Unfinished();
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;

  [[nodiscard]] std::string operator/(const std::string& name) const { return made_ + "/" + name; }
  [[nodiscard]] const std::string& folder() const { return made_; }
  void keep();
  // The same where something is there already: at each moment the one or the other, whole. What was there is
  // gone when it returns; a process that is killed meanwhile may leave it under the other name.
  void take_the_place();

 private:
  storage::FileSystem& files_;
  std::string path_, made_;
  std::unique_ptr<storage::FileLock> alone_;
};

std::string path_in(const std::string& folder, const std::string& name);
void copy_file(storage::FileSystem&, const std::string& from, const std::string& to);
// The files below it; a folder that is not there has none. Gives their number.
std::size_t copy_files(storage::FileSystem&, const std::string& from, const std::string& to);

// How long one took, as people are told: "12.345".
std::string in_milliseconds(runtime::Duration span);

}  // namespace madang::app
