#include "apps/madang/commands/engines.hpp"

#include <stdexcept>

namespace madang::app {

Engines::Engines(const std::vector<Place>& places) {
  for (const auto& place : places) {
    place.context->reactions.clear();  // they call the outside
    chassis::EngineSettings settings;
    settings.folder = place.folder;
    engines_.push_back(std::make_unique<chassis::Engine>(*place.context, runtime_, bus_,
                                                         chassis::PortsOf{}, settings, log_));
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

}  // namespace madang::app
