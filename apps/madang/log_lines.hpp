#pragma once
// The shop's log: a JSON object per line on standard output, unless whoever derives puts it elsewhere. Any thread.
#include "chassis/subscriptions/log.hpp"
#include "gateway/request_log.hpp"
#include <string>

namespace madang::app {

class LogLines : public chassis::Log {
 public:
  void warn(std::string_view what, std::initializer_list<Field> fields) override;
  void request(const gateway::RequestRecord&);
  void security(const telemetry::SecurityNote&);
  void tell(std::string_view what, std::initializer_list<Field> fields);
  // Lines of requests are gathered; who calls this now and then lets readers see them.
  virtual void flush();

 protected:
  // A line with its end; at once: readers are to see it now.
  enum class Seen { later, at_once };
  virtual void put(const std::string& line, Seen);

 private:
  void write(std::string_view level, std::string_view what, std::initializer_list<Field>);
};

}  // namespace madang::app
