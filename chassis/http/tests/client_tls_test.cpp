#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "chassis/http/client.hpp"
#include "chassis/http/tests/raw_server.hpp"
#include "chassis/http/tests/server_fixture.hpp"
#include "chassis/ports/failures.hpp"
#include "chassis/storage/temporary_folder.hpp"
#include "chassis/tls/tests/made_certificate.hpp"

namespace madang::http {
namespace {

constexpr auto a_day = std::chrono::hours{24};

class CallingOutByTls : public ServerTest {
 protected:
  ~CallingOutByTls() override { server.reset(); }

  // A server that shows such a certificate, of which its own file can make a root.
  void serve_as(const tls::Made& made) {
    make_certificate(files, made);
    certificate.emplace(files, runtime.now());
    options.certificate = &*certificate;
    serve([this](const Request& request) {
      ++served;
      return Response{200, {}, request.path + request.body};
    });
  }
  std::string origin(const std::string& host = "localhost") const {
    return "https://" + host + ':' + std::to_string(server->port());
  }
  // What becomes of one call: the answer's text, or why there is none.
  std::string called(const ClientOptions& how) {
    Client client{runtime, how};
    return called_by(client);
  }
  static std::string called_by(Client& client) {
    try {
      return client.call(request_of(Method::get, "/quick")).text();
    } catch (const chassis::Unavailable& failed) {
      return failed.what();
    }
  }
  std::string why_not(const tls::Trust& trust, const std::string& host = "localhost") {
    const auto answer = called({.origin = origin(host), .trust = &trust});
    EXPECT_EQ(served, 0);
    return answer.substr(answer.rfind(": ") + 2);
  }

  storage::TemporaryFolder folder;
  const tls::Files files{folder / "chain.pem", folder / "key.pem"};
  std::optional<tls::Certificate> certificate;
  std::atomic<int> served = 0;
};

TEST_F(CallingOutByTls, SpeaksToWhoProvesToBeWhoIsCalledAndKeepsItsConnections) {
  serve_as({.name = "localhost"});
  const tls::Trust trust{files.certificate};
  Client client{runtime, {.origin = origin(), .trust = &trust}};
  for (int count = 0; count < 10; ++count) EXPECT_EQ(called_by(client), "/quick");
  EXPECT_EQ(server->connections(), 1u);
  const std::string body(300'000, 'b');
  EXPECT_EQ(client.call(request_of(Method::post, "/quick", {}, body)).text(), "/quick" + body);
}
TEST_F(CallingOutByTls, KnowsWhomItCallsByTheirAddressToo) {
  serve_as({.name = "elsewhere.example.com", .other_names = "IP:127.0.0.1"});
  const tls::Trust trust{files.certificate};
  EXPECT_EQ(called({.origin = origin("127.0.0.1"), .trust = &trust}), "/quick");
}
TEST_F(CallingOutByTls, RefusesACertificateThatHasRunOut) {
  serve_as({.name = "localhost", .ends_in = -a_day});
  EXPECT_EQ(why_not(tls::Trust{files.certificate}), "certificate has expired");
}
TEST_F(CallingOutByTls, RefusesACertificateOfAnotherName) {
  serve_as({.name = "elsewhere.example.com"});
  EXPECT_EQ(why_not(tls::Trust{files.certificate}), "hostname mismatch");
}
TEST_F(CallingOutByTls, RefusesACertificateOfAnotherAddress) {
  serve_as({.name = "localhost", .other_names = "IP:127.0.0.2"});
  EXPECT_EQ(why_not(tls::Trust{files.certificate}, "127.0.0.1"), "IP address mismatch");
}
TEST_F(CallingOutByTls, KnowsNobodyByWhatTheCertificateCallsItsSubject) {
  serve_as({.name = "localhost", .other_names = ""});
  EXPECT_EQ(why_not(tls::Trust{files.certificate}), "hostname mismatch");
}
TEST_F(CallingOutByTls, RefusesACertificateThatNobodyItBelievesStandsFor) {
  serve_as({.name = "localhost"});
  EXPECT_EQ(why_not(tls::Trust{}), "self-signed certificate");
}
TEST_F(CallingOutByTls, TellsOfACertificateItDoesNotBelieveOnce) {
  serve_as({.name = "localhost", .ends_in = -a_day});
  const tls::Trust trust{files.certificate};
  std::vector<std::string> told;
  Client client{runtime, {.origin = origin(), .trust = &trust, .warn = [&](auto whom, auto why) {
                            told.push_back(std::string{whom} + ' ' + std::string{why});
                          }}};
  for (int count = 0; count < 3; ++count) called_by(client);
  EXPECT_EQ(told, std::vector<std::string>{
                      origin() + " its certificate is not believed: certificate has expired"});
}
TEST_F(CallingOutByTls, TakesNoVersionBefore12) {
  serve_as({.name = "localhost"});
  RawServer old;
  old.act(runtime, [&] {
    const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> rules{SSL_CTX_new(TLS_server_method()),
                                                             SSL_CTX_free};
    SSL_CTX_set_min_proto_version(rules.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(rules.get(), TLS1_1_VERSION);
    SSL_CTX_set_cipher_list(rules.get(), "ALL:@SECLEVEL=0");
    SSL_CTX_use_certificate_file(rules.get(), files.certificate.c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(rules.get(), files.key.c_str(), SSL_FILETYPE_PEM);
    const std::unique_ptr<SSL, void (*)(SSL*)> session{SSL_new(rules.get()), SSL_free};
    old.accept();
    SSL_set_fd(session.get(), old.socket());
    EXPECT_NE(SSL_accept(session.get()), 1);
    old.hang_up();
  });
  const tls::Trust trust{files.certificate};
  const auto answer =
      called({.origin = "https://localhost" + old.origin().substr(16), .trust = &trust});
  EXPECT_TRUE(answer.ends_with("it does not speak TLS as it should")) << answer;
}
TEST_F(CallingOutByTls, SendsNothingToWhoSpeaksNone) {
  serve([this](const Request&) {
    ++served;
    return Response{200};
  });
  EXPECT_EQ(why_not(tls::Trust{}), "it does not speak TLS as it should");
}
TEST_F(CallingOutByTls, WaitsNoLongerForAHandshakeThanForAConnection) {
  const RawServer silent;
  const tls::Trust trust;
  const auto answer = called({.origin = "https://localhost" + silent.origin().substr(16),
                              .trust = &trust,
                              .connect_time = 50ms});
  EXPECT_TRUE(answer.ends_with("it took too long")) << answer;
}
TEST_F(CallingOutByTls, CallsNobodyWhomItCannotJudge) {
  EXPECT_THROW((Client{runtime, {.origin = "https://localhost:1"}}), std::invalid_argument);
  EXPECT_THROW(tls::Trust{folder / "none.pem"}, tls::CannotUse);
}

}  // namespace
}  // namespace madang::http
