#pragma once
// Where the machine tells what a person should know: a delivery parked, a timer that fails. The app
// writes it as JSON lines; tests collect it.
#include <functional>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace madang::chassis {

class Log {
 public:
  using Field = std::pair<std::string_view, std::string_view>;
  virtual ~Log() = default;
  virtual void warn(std::string_view what, std::initializer_list<Field>) = 0;
};

class Silent final : public Log {
 public:
  void warn(std::string_view, std::initializer_list<Field>) override {}
};

}  // namespace madang::chassis
