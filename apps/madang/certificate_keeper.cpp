#include "apps/madang/certificate_keeper.hpp"

#include <chrono>

#include "chassis/telemetry/time_text.hpp"

namespace madang::app {

CertificateKeeper::CertificateKeeper(runtime::Runtime& runtime, tls::Certificate& certificate,
                                     telemetry::Registry& metrics, LogLines& log)
    : runtime_{runtime}, certificate_{certificate}, log_{log} {
  shown_ = metrics.gauge_from(
      "madang_tls_certificate_expires_seconds",
      "How long the certificate in force is still good for; below zero: it is not.", {}, [this] {
        return std::chrono::duration<double>{certificate_.ends() - runtime_.now()}.count();
      });
}

void CertificateKeeper::start() {
  runtime_.spawn("certificate", [this] {
    for (;; runtime_.sleep(std::chrono::seconds{1})) look();
  });
}

void CertificateKeeper::look() {
  try {
    if (!certificate_.look(runtime_.now())) return;
    log_.tell("another certificate is in force",
              {{"until", telemetry::time_text(
                             std::chrono::floor<std::chrono::milliseconds>(certificate_.ends()))}});
  } catch (const tls::CannotUse& fault) {
    log_.warn("the certificate stays the one it was", {{"why", fault.what()}});
  }
}

}  // namespace madang::app
