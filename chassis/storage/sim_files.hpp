#pragma once
// The files on simulated disks, as a FileSystem.
#include "chassis/storage/files.hpp"
#include "chassis/storage/sim_vfs.hpp"

namespace madang::storage {

class SimFileSystem final : public FileSystem {
 public:
  explicit SimFileSystem(SimMachine machine) : machine_{std::move(machine)} {}

  void create_folder(const std::string& path) override;
  void sync_folder(const std::string& path) override;
  std::vector<std::string> list(const std::string& folder) override;
  bool exists(const std::string& path) override;
  std::unique_ptr<FileReader> open(const std::string& path) override;
  std::unique_ptr<FileWriter> create(const std::string& path) override;
  void rename(const std::string& from, const std::string& to) override;
  bool remove(const std::string& path) override;
  bool is_folder(const std::string& path) override;
  void remove_all(const std::string& path) override;
  void exchange(const std::string& one, const std::string& other) override;
  std::unique_ptr<FileLock> lock(const std::string& path) override;

 private:
  SimMachine machine_;
};

}  // namespace madang::storage
