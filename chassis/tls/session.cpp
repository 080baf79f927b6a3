#include "chassis/tls/session.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <new>

namespace madang::tls {

Session::Session(ssl_ctx_st& in_force, int socket) : ssl_{SSL_new(&in_force)} {
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket) != 1) throw std::bad_alloc{};
  SSL_set_accept_state(ssl_.get());
}

Session::Session(const Trust& trust, int socket, const std::string& host)
    : ssl_{SSL_new(&trust.rules())} {
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket) != 1) throw std::bad_alloc{};
  SSL_set_connect_state(ssl_.get());
  // Names stand among the alternative ones alone (RFC 9525 section 2).
  SSL_set_hostflags(ssl_.get(),
                    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  const bool is_address =
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str()) == 1;
  ERR_clear_error();
  // A server is told by name whom it should be (RFC 6066 section 3 allows no address there).
  if (!is_address && (SSL_set1_host(ssl_.get(), host.c_str()) != 1 ||
                      SSL_set_tlsext_host_name(ssl_.get(), host.c_str()) != 1))
    throw std::bad_alloc{};
}

Session::~Session() = default;

void Session::Free::operator()(ssl_st* it) const { SSL_free(it); }

// The queue of errors is the thread's; each call begins with an empty one.
Session::Outcome Session::outcome_of(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE: return Outcome::done;
    case SSL_ERROR_WANT_READ: return Outcome::awaits_readable;
    case SSL_ERROR_WANT_WRITE: return Outcome::awaits_writable;
    case SSL_ERROR_ZERO_RETURN: return Outcome::ended;
    default: break;
  }
  const bool speaks_http = ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
  ERR_clear_error();
  return speaks_http ? Outcome::not_tls : Outcome::broken;
}

Session::Outcome Session::shake_hands() {
  ERR_clear_error();
  return outcome_of(SSL_do_handshake(ssl_.get()));
}

std::string Session::doubt() const {
  const long result = SSL_get_verify_result(ssl_.get());
  return result == X509_V_OK ? std::string{} : X509_verify_cert_error_string(result);
}

bool Session::is_resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

Session::Moved Session::read(std::span<char> into) {
  ERR_clear_error();
  std::size_t count = 0;
  const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
  return {result == 1 ? Outcome::done : outcome_of(result), count};
}

Session::Moved Session::write(std::string_view bytes) {
  ERR_clear_error();
  std::size_t count = 0;
  const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
  return {result == 1 ? Outcome::done : outcome_of(result), count};
}

void Session::say_goodbye() {
  if (SSL_is_init_finished(ssl_.get()) == 0) return;  // there is nobody to say it to
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

}  // namespace madang::tls
