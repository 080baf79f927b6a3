#pragma once
// The two file systems that every contract suite of files runs on.
#include "chassis/storage/temporary_folder.hpp"
#include "chassis/storage/tests/simulation.hpp"

namespace madang::storage {

struct OnRealFiles {
  TemporaryFolder folder;
  RealFileSystem real;
  std::string root = folder.path();
  void run(const std::function<void(FileSystem&)>& task) { task(real); }
};

struct OnSimulatedFiles {
  Simulation simulation{1};
  std::string root = "shop";
  void run(const std::function<void(FileSystem&)>& task) {
    simulation.run("shop", [&] { task(simulation.storage.files()); });
  }
};

using Worlds = testing::Types<OnRealFiles, OnSimulatedFiles>;

}  // namespace madang::storage
