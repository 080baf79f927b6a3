#pragma once
// All disks of a simulation, by the first part of a path ("shop/rental/journal.db" lies on the disk
// "shop"). While it lives it is SQLite's default file system, and the files of the machines are here
// as a FileSystem too. It is to be made after the simulator, and ends all processes when it goes.
#include <map>
#include <memory>
#include <string>

#include "chassis/runtime/simulator.hpp"
#include "chassis/storage/files.hpp"
#include "chassis/storage/sim_disk.hpp"
#include "chassis/storage/sim_vfs.hpp"

namespace madang::storage {

class SimStorage {
 public:
  explicit SimStorage(runtime::Simulator& simulator);
  ~SimStorage();
  SimStorage(const SimStorage&) = delete;
  SimStorage& operator=(const SimStorage&) = delete;

  SimDisk& disk(const std::string& name);  // with this name from now on
  FileSystem& files() { return *files_; }

 private:
  struct Disks;
  SimMachine machine();

  std::shared_ptr<Disks> disks_;  // with the simulator's watcher, which outlives this
  runtime::Simulator& simulator_;
  std::unique_ptr<FileSystem> files_;
  SimVfs vfs_;
};

}  // namespace madang::storage
