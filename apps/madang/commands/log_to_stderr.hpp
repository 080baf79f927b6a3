#pragma once
// What the machine has to tell while a command runs it, a line each on standard error.
#include <cstdio>
#include <string>

#include "chassis/subscriptions/log.hpp"

namespace madang::app {

class LogToStderr final : public chassis::Log {
 public:
  void warn(std::string_view what, std::initializer_list<Field> fields) override {
    std::string line{what};
    for (const auto& [name, value] : fields)
      line.append(" ").append(name).append("=").append(value);
    std::fprintf(stderr, "madang: %s\n", line.c_str());
  }
};

}  // namespace madang::app
