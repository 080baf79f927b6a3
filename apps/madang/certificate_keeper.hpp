#pragma once
// Sees to it that the certificate in force is the one in its files: tells the log when it has taken another
// one, or why it has not, and shows how long it lasts.
#include <memory>

#include "apps/madang/log_lines.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/telemetry/metrics.hpp"
#include "chassis/tls/certificate.hpp"

namespace madang::app {

class CertificateKeeper {
 public:
  // What is passed by reference outlives the runtime's tasks.
  CertificateKeeper(runtime::Runtime&, tls::Certificate&, telemetry::Registry&, LogLines&);

  void start();  // a task that looks every second

 private:
  void look();

  runtime::Runtime& runtime_;
  tls::Certificate& certificate_;
  LogLines& log_;
  std::shared_ptr<void> shown_;
};

}  // namespace madang::app
