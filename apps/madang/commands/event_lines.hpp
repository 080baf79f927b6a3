#pragma once
// Events as `show` and `events` print them. What is personal in them stays sealed.
#include <string>

#include "chassis/journal/event.hpp"

namespace madang::app {

// 2026-07-15T09:00:00.000Z catalog 12 EditionRegistered Edition/<uuid> v1 {…}
std::string line_of(const std::string& context, const chassis::StoredEvent&);
// {"context":"catalog","position":12,"at":"…","stream":"…","version":1,"type":"…","schema":1,…}
std::string json_of(const std::string& context, const chassis::StoredEvent&);

}  // namespace madang::app
