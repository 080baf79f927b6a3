#include "chassis/storage/sim_storage.hpp"

#include "chassis/storage/sim_files.hpp"

namespace madang::storage {

struct SimStorage::Disks {
  explicit Disks(runtime::Simulator& its_simulator) : simulator{its_simulator} {}
  SimDisk& of(const std::string& path) {
    const auto name = path.substr(0, path.find('/'));
    auto& disk = by_name[name];
    if (!disk) disk = std::make_unique<SimDisk>(simulator, name);
    return *disk;
  }

  runtime::Simulator& simulator;
  std::map<std::string, std::unique_ptr<SimDisk>> by_name;
};

SimStorage::SimStorage(runtime::Simulator& simulator)
    : disks_{std::make_shared<Disks>(simulator)},
      simulator_{simulator},
      files_{std::make_unique<SimFileSystem>(machine())},
      vfs_{machine()} {
  simulator.when_killed([disks = disks_](const std::string& process, std::string_view) {
    for (const auto& [name, disk] : disks->by_name) disk->process_ended(process);
  });
}

SimStorage::~SimStorage() { simulator_.kill_all(); }

SimMachine SimStorage::machine() {
  return {simulator_,
          [disks = disks_.get()](const std::string& path) -> SimDisk& { return disks->of(path); }};
}

SimDisk& SimStorage::disk(const std::string& name) { return disks_->of(name); }

}  // namespace madang::storage
