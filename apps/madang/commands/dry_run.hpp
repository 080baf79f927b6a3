#pragma once
#include <string>

namespace madang::app {

// Says which migrations a start would run in this data folder, and runs none. Works beside a running shop.
// Gives the exit code; throws Refused for a folder with which this program cannot work.
int show_pending_migrations(const std::string& data);

}  // namespace madang::app
