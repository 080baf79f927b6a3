#include "chassis/tls/rules.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "chassis/tls/certificate.hpp"

namespace madang::tls {

namespace {

// https://ssl-config.mozilla.org/guidelines/5.7.json, "intermediate", without DHE; those of TLS 1.3 are OpenSSL's own.
constexpr auto ciphers_of_1_2 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr auto curves = "X25519:P-256:P-384";

void demand(bool succeeded) {
  if (!succeeded) throw CannotUse{"TLS as it should be is not to be had: " + last_error()};
}

}  // namespace

std::string last_error() {
  const auto error = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(error);
  return reason != nullptr ? reason : "it is not understood";
}

std::shared_ptr<ssl_ctx_st> rules_for(const ssl_method_st* method) {
  std::shared_ptr<SSL_CTX> context{SSL_CTX_new(method), SSL_CTX_free};
  demand(context != nullptr);
  demand(SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) == 1);
  demand(SSL_CTX_set_cipher_list(context.get(), ciphers_of_1_2) == 1);
  demand(SSL_CTX_set1_groups_list(context.get(), curves) == 1);
  // An end without close_notify is no attack here: HTTP says where a message ends.
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                         SSL_OP_IGNORE_UNEXPECTED_EOF);
  // A connection that rests holds no buffers; one that is written to may take a part.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

}  // namespace madang::tls
