#pragma once
// Contexts at work for as long as a command needs them, in a folder that it has locked. Nothing outside of the
// folder is there: what a context would ask of the world waits until the shop is open again.
#include <memory>
#include <vector>

#include "apps/madang/commands/data_folder.hpp"
#include "apps/madang/commands/log_to_stderr.hpp"
#include "chassis/bus/bus.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/storage/blobs.hpp"
#include "chassis/storage/files.hpp"
#include "chassis/subscriptions/engine.hpp"
#include "rental/adapters/outbound/copied_files.hpp"

namespace madang::app {

class Engines {
 public:
  // Each with these settings, in the folder of its place.
  explicit Engines(const std::vector<Place>&, const chassis::EngineSettings& = {});
  ~Engines();
  Engines(const Engines&) = delete;
  Engines& operator=(const Engines&) = delete;

  [[nodiscard]] runtime::Threads& runtime() { return runtime_; }
  [[nodiscard]] chassis::Engine& of(const std::string& context);
  [[nodiscard]] std::vector<chassis::Engine*> all();
  // Until all have come to rest, at most that long.
  void settle(runtime::Duration);

 private:
  // What rental's reaction needs of the catalog: its files, when both are here.
  chassis::PortsOf ports_of(const Place&, const std::vector<Place>&);

  runtime::Threads runtime_;
  LogToStderr log_;
  chassis::Bus bus_;
  storage::RealFileSystem files_;
  std::unique_ptr<storage::BlobStore> catalog_files_, rental_files_;
  std::unique_ptr<rental::CopiedFiles> copied_files_;
  std::vector<std::unique_ptr<chassis::Engine>> engines_;
};

}  // namespace madang::app
