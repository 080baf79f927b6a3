#pragma once
// What is parked, as people and programs read it.
#include "chassis/journal/event.hpp"
#include <string>

namespace madang::app {

// In a line: where, under which number, who could not handle it, and why.
std::string line_of(const std::string& context, const chassis::Parked&);
// The line, and below it what it is, where it came from, when it first failed and how often.
std::string story_of(const std::string& context, const chassis::Parked&);
std::string json_of(const std::string& context, const chassis::Parked&);

}  // namespace madang::app
