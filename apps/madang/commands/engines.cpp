#include "apps/madang/commands/engines.hpp"

#include <algorithm>
#include <stdexcept>

namespace madang::app {
namespace {

constexpr auto any_size = UINT64_MAX;  // of a file that was taken in already

}  // namespace

Engines::Engines(const std::vector<Place>& places, const chassis::EngineSettings& common) {
  for (const auto& place : places) {
    auto settings = common;
    settings.folder = place.folder;
    engines_.push_back(std::make_unique<chassis::Engine>(*place.context, runtime_, bus_,
                                                         ports_of(place, places), settings, log_));
    bus_.add(place.name(), *engines_.back());
  }
  for (const auto& engine : engines_) engine->start();
}

Engines::~Engines() {
  runtime_.stop();
  runtime_.join();
}

chassis::Engine& Engines::of(const std::string& context) {
  for (const auto& engine : engines_)
    if (engine->context().name() == context) return *engine;
  throw std::logic_error{context + " is not at work"};
}

std::vector<chassis::Engine*> Engines::all() {
  std::vector<chassis::Engine*> all;
  for (const auto& engine : engines_) all.push_back(engine.get());
  return all;
}

void Engines::settle(runtime::Duration within) {
  const auto deadline = runtime_.now() + within;
  for (const auto& engine : engines_) static_cast<void>(engine->settle(deadline));
}

chassis::PortsOf Engines::ports_of(const Place& place, const std::vector<Place>& places) {
  chassis::PortsOf ports;
  const auto catalog = std::ranges::find(places, "catalog", &Place::name);
  if (place.name() == "rental" && catalog != places.end()) {
    catalog_files_ =
        std::make_unique<storage::BlobStore>(files_, catalog->folder + "/files", any_size);
    rental_files_ = std::make_unique<storage::BlobStore>(files_, place.folder + "/files", any_size);
    copied_files_ = std::make_unique<rental::CopiedFiles>(
        *rental_files_,
        [this](const security::Digest256& digest) { return catalog_files_->open(digest); });
    ports.provide<rental::EditionFiles>(*copied_files_);
  } else {
    place.context->reactions.clear();  // they call what is not here
  }
  return ports;
}

}  // namespace madang::app
