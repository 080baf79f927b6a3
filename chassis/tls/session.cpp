#include "chassis/tls/session.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <new>

namespace madang::tls {

Session::Session(ssl_ctx_st& in_force, int socket) : ssl_{SSL_new(&in_force)} {
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket) != 1) throw std::bad_alloc{};
  SSL_set_accept_state(ssl_.get());
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
