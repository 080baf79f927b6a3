#pragma once
// SQLite's VFS on simulated disks. https://www.sqlite.org/c3ref/vfs.html
#include <functional>
#include <memory>
#include <string>

#include "chassis/runtime/simulator.hpp"
#include "chassis/storage/sim_disk.hpp"

struct sqlite3_vfs;

namespace madang::storage {

// Where the VFS finds its disks.
struct SimMachine {
  runtime::Simulator& simulator;
  std::function<SimDisk&(const std::string& path)> disk_of;
};

// Makes `machine` SQLite's default until it goes; a seed decides SQLite's own random numbers as well.
class SimVfs {
 public:
  explicit SimVfs(SimMachine machine);
  ~SimVfs();
  SimVfs(const SimVfs&) = delete;
  SimVfs& operator=(const SimVfs&) = delete;

 private:
  SimMachine machine_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  sqlite3_vfs* default_before_;
};

}  // namespace madang::storage
