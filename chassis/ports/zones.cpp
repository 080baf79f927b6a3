#include "chassis/ports/zones.hpp"

#include <date/tz.h>

#include <stdexcept>

namespace madang::chassis {

namespace {

const date::time_zone& zone_named(const std::string& name) {
  try {
    return *date::locate_zone(name);
  } catch (const std::runtime_error&) {
    throw std::invalid_argument{"no time zone is called " + name};
  }
}

}  // namespace

bool is_zone(const std::string& name) {
  try {
    return date::locate_zone(name) != nullptr;
  } catch (const std::runtime_error&) {
    return false;
  }
}

kernel::Instant end_of_day(kernel::Instant moment, int days, const std::string& zone) {
  const auto& rules = zone_named(zone);
  const auto day = date::floor<date::days>(rules.to_local(moment));
  // Where clocks are set at midnight, the day ends at the first midnight that there is.
  const auto ends = rules.to_sys(day + date::days{days + 1}, date::choose::earliest);
  return std::chrono::time_point_cast<kernel::Instant::duration>(ends);
}

}  // namespace madang::chassis
