#include "chassis/tls/trust.hpp"

#include <openssl/ssl.h>

#include "chassis/tls/certificate.hpp"
#include "chassis/tls/rules.hpp"

namespace madang::tls {

Trust::Trust(const std::string& file) : rules_{rules_for(TLS_client_method())} {
  SSL_CTX_set_verify(rules_.get(), SSL_VERIFY_PEER, nullptr);
  if (file.empty() ? SSL_CTX_set_default_verify_paths(rules_.get()) != 1
                   : SSL_CTX_load_verify_file(rules_.get(), file.c_str()) != 1)
    throw CannotUse{(file.empty() ? "the system's authorities" : file) + ": " + last_error()};
}

}  // namespace madang::tls
