#pragma once
// A client that speaks TLS as it is told to, over a socket that is not its own and that gives up waiting by
// itself. Whether it would trust the certificate is not asked: who shows it is.
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace madang::tls {

struct Speaks {
  int version_min = TLS1_2_VERSION, version_max = TLS1_3_VERSION;
  std::string ciphers_of_1_2 = "ALL:@SECLEVEL=0";
  std::string curves = "X25519:P-256";
  std::string protocols{};  // as ALPN has them: each behind its length
};

class Client {
 public:
  using Ticket = std::shared_ptr<SSL_SESSION>;

  explicit Client(int socket, const Speaks& speaks = {}, const Ticket& ticket = {})
      : context_{SSL_CTX_new(TLS_client_method()), SSL_CTX_free} {
    SSL_CTX_set_min_proto_version(context_.get(), speaks.version_min);
    SSL_CTX_set_max_proto_version(context_.get(), speaks.version_max);
    SSL_CTX_set_cipher_list(context_.get(), speaks.ciphers_of_1_2.c_str());
    SSL_CTX_set1_groups_list(context_.get(), speaks.curves.c_str());
    if (!speaks.protocols.empty())
      SSL_CTX_set_alpn_protos(context_.get(),
                              reinterpret_cast<const unsigned char*>(speaks.protocols.data()),
                              static_cast<unsigned>(speaks.protocols.size()));
    ssl_ = {SSL_new(context_.get()), SSL_free};
    SSL_set_fd(ssl_.get(), socket);
    if (ticket) SSL_set_session(ssl_.get(), ticket.get());
  }

  // False: refused.
  bool shake_hands() {
    ERR_clear_error();
    return SSL_connect(ssl_.get()) == 1;
  }
  bool send(std::string_view bytes) {
    ERR_clear_error();
    return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
  }
  // More of what comes; nothing at the end.
  std::string receive() {
    std::array<char, 65536> bytes;
    ERR_clear_error();
    const int count = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    return {bytes.data(), static_cast<std::size_t>(std::max(count, 0))};
  }
  // The server has said that nothing more comes, rather than just gone away.
  [[nodiscard]] bool was_told_the_end() const {
    return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }

  [[nodiscard]] std::string name_shown() const {
    const std::unique_ptr<X509, void (*)(X509*)> shown{SSL_get1_peer_certificate(ssl_.get()),
                                                       X509_free};
    std::array<char, 256> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName, name.data(),
                              static_cast<int>(name.size()));
    return name.data();
  }
  [[nodiscard]] std::string version() const { return SSL_get_version(ssl_.get()); }
  [[nodiscard]] std::string cipher() const { return SSL_get_cipher_name(ssl_.get()); }
  [[nodiscard]] std::string protocol() const {
    const unsigned char* chosen = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl_.get(), &chosen, &length);
    return {reinterpret_cast<const char*>(chosen), length};
  }
  [[nodiscard]] bool is_resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  // To come again with; there once something was received (TLS 1.3).
  [[nodiscard]] Ticket ticket() const { return {SSL_get1_session(ssl_.get()), SSL_SESSION_free}; }

 private:
  std::shared_ptr<SSL_CTX> context_;
  std::shared_ptr<SSL> ssl_;
};

}  // namespace madang::tls
