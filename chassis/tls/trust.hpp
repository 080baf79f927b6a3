#pragma once
// Whom the shop believes when it calls: the authorities of one file, or those of the system. What it calls must show a
// certificate that one of them stands for, that is in its time, and whose alternative names hold the name by which
// it was called. The rules of sessions are those of certificate.hpp.
#include <memory>
#include <string>

struct ssl_ctx_st;

namespace madang::tls {

class Trust {
 public:
  // A file of certificates as PEM; empty: the system's (OpenSSL's default places, which SSL_CERT_FILE and
  // SSL_CERT_DIR change). Read once. Throws CannotUse.
  explicit Trust(const std::string& file = {});

  [[nodiscard]] ssl_ctx_st& rules() const { return *rules_; }  // any thread

 private:
  std::shared_ptr<ssl_ctx_st> rules_;
};

}  // namespace madang::tls
