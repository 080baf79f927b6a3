#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <fstream>

#include "chassis/http/tests/server_fixture.hpp"
#include "chassis/storage/temporary_folder.hpp"
#include "chassis/tls/tests/made_certificate.hpp"
#include "chassis/tls/tests/tls_client.hpp"

namespace madang::http {
namespace {

constexpr std::string_view refused = "refused";

// Asks over TLS, and waits no longer than a RawClient does.
class SecureClient {
 public:
  explicit SecureClient(std::uint16_t port, const tls::Speaks& speaks = {},
                        const tls::Client::Ticket& ticket = {})
      : raw_{port}, tls_{raw_.socket(), speaks, ticket}, is_welcome_{tls_.shake_hands()} {}

  RawAnswer ask(std::string_view bytes) {
    tls_.send(bytes);
    return answer();
  }
  RawAnswer answer() {
    RawAnswer answer;
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos)
      if (!receive()) return answer;
    answer.head = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
    answer.status = std::stoi(answer.head.substr(9, 3));
    const std::size_t length =
        std::stoul(answer.head.substr(answer.head.find("Content-Length: ") + 16));
    while (received_.size() < length && receive()) {
    }
    answer.body = received_.substr(0, length);
    received_.erase(0, length);
    return answer;
  }
  bool is_closed() { return !receive(); }
  [[nodiscard]] bool is_welcome() const { return is_welcome_; }
  tls::Client& tls() { return tls_; }

 private:
  bool receive() {
    const auto more = tls_.receive();
    received_ += more;
    return !more.empty();
  }

  RawClient raw_;
  tls::Client tls_;
  bool is_welcome_;
  std::string received_;
};

class ServingByTls : public ServerTest {
 protected:
  ServingByTls() { options.certificate = &certificate; }
  ~ServingByTls() override { server.reset(); }

  void serve_paths() {
    serve([](const Request& request) { return Response{200, {}, request.path + request.body}; });
  }
  // The version that was agreed on, or that none was.
  std::string agreed(const tls::Speaks& speaks) const {
    SecureClient client{server->port(), speaks};
    return client.is_welcome() ? client.tls().version() : std::string{refused};
  }
  void renew(const tls::Made& made) {
    make_certificate(files, made);
    certificate.ask();
    ASSERT_TRUE(certificate.look(runtime.now()));
  }

  storage::TemporaryFolder folder;
  const tls::Files files{folder / "chain.pem", folder / "key.pem"};
  tls::Certificate certificate{(make_certificate(files), files), runtime.now()};
};

TEST_F(ServingByTls, AnswersAsEverAndKeepsTheConnection) {
  serve_paths();
  SecureClient client{server->port()};
  ASSERT_TRUE(client.is_welcome());
  EXPECT_EQ(client.tls().name_shown(), "shop.example.com");
  EXPECT_EQ(client.ask(get("/quick/a")).body, "/quick/a");
  const std::string body(300'000, 'b');
  EXPECT_EQ(client.ask(post("/pool", body)).body, "/pool" + body);
  EXPECT_EQ(client.ask(get("/a") + get("/quick/b")).body, "/a");
  EXPECT_EQ(client.answer().body, "/quick/b");
  EXPECT_EQ(comes_to(1, "madang_tls_handshakes_total", {{"outcome", "full"}}), 1u);
}

TEST_F(ServingByTls, SaysThatWhoeverComesAgainIsToDoSoByTls) {
  serve_paths();
  const auto answer = SecureClient{server->port()}.ask(get("/quick"));
  EXPECT_TRUE(answer.has("Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n"));
}

TEST_F(ServingByTls, TakesVersions12And13AndNoneBefore) {
  serve_paths();
  EXPECT_EQ(agreed({}), "TLSv1.3");
  EXPECT_EQ(agreed({.version_max = TLS1_2_VERSION}), "TLSv1.2");
  EXPECT_EQ(agreed({.version_min = TLS1_VERSION, .version_max = TLS1_1_VERSION}), refused);
  EXPECT_EQ(agreed({.version_min = TLS1_VERSION, .version_max = TLS1_VERSION}), refused);
  EXPECT_EQ(comes_to(2, "madang_tls_handshakes_total", {{"outcome", "refused"}}), 2u);
}

TEST_F(ServingByTls, TakesCiphersWithForwardSecrecyAndAuthenticationOnly) {
  serve_paths();
  const auto offered = [&](std::string ciphers) {
    return agreed(
        {.version_max = TLS1_2_VERSION, .ciphers_of_1_2 = std::move(ciphers) + ":@SECLEVEL=0"});
  };
  for (const auto* cipher : {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
                             "ECDHE-ECDSA-CHACHA20-POLY1305"})
    EXPECT_EQ(offered(cipher), "TLSv1.2") << cipher;
  for (const auto* cipher : {"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA256",
                             "AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-CCM"})
    EXPECT_EQ(offered(cipher), refused) << cipher;
  EXPECT_EQ(agreed({.curves = "P-521"}), refused);
  EXPECT_EQ(agreed({.curves = "P-384"}), "TLSv1.3");
}

TEST_F(ServingByTls, AgreesOnTheProtocolThatItSpeaksOrOnNone) {
  serve_paths();
  SecureClient either{server->port(), {.protocols = "\x02h2\x08http/1.1"}};
  EXPECT_EQ(either.tls().protocol(), "http/1.1");
  EXPECT_EQ(either.ask(get("/quick")).status, 200);
  EXPECT_EQ(agreed({.protocols = "\x02h2"}), refused);
}

TEST_F(ServingByTls, LetsWhoeverComesAgainBeginByATicket) {
  serve_paths();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    SecureClient first{server->port(), {.version_max = version}};
    EXPECT_EQ(first.ask(get("/quick")).status, 200);
    SecureClient again{server->port(), {.version_max = version}, first.tls().ticket()};
    EXPECT_EQ(again.ask(get("/quick")).status, 200);
    EXPECT_TRUE(again.tls().is_resumed()) << again.tls().version();
    renew({});
    SecureClient later{server->port(), {.version_max = version}, first.tls().ticket()};
    EXPECT_EQ(later.ask(get("/quick")).status, 200);
    EXPECT_FALSE(later.tls().is_resumed()) << "its keys ended with what was in force";
  }
  EXPECT_EQ(comes_to(2, "madang_tls_handshakes_total", {{"outcome", "resumed"}}), 2u);
}

TEST_F(ServingByTls, GoesOnUnderTheOldCertificateWhileOthersGetTheNewOne) {
  serve_paths();
  SecureClient before{server->port()};
  EXPECT_EQ(before.ask(get("/quick")).status, 200);
  renew({.name = "new.example.com"});
  EXPECT_EQ(SecureClient{server->port()}.tls().name_shown(), "new.example.com");
  EXPECT_EQ(before.ask(get("/quick")).status, 200);
}

TEST_F(ServingByTls, TellsWhoSpeaksPlainHttpSoInPlainHttp) {
  serve_paths();
  auto client = connect();
  const auto answer = client.ask(get("/quick"));
  EXPECT_EQ(answer.status, 400);
  EXPECT_FALSE(answer.has("Strict-Transport-Security"));
  EXPECT_NE(answer.body.find("https"), std::string::npos);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ServingByTls, ClosesOnWhoeverSpeaksNeither) {
  serve_paths();
  auto client = connect();
  client.send("\x01\x02\x03 neither of the two");
  while (client.receive()) {
  }
  EXPECT_EQ(client.received().find("HTTP"), std::string::npos);
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
}

TEST_F(ServingByTls, WaitsForTheHandshakeAWhileAndCountsWhoDawdlesAmongTheConnections) {
  options.handshake_time = 100ms;
  options.idle_time = 60s;
  options.connections_per_address_max = 2;
  serve_paths();
  auto silent = connect();
  auto slow = connect();
  slow.send("\x16\x03\x01");
  ASSERT_TRUE(eventually([&] { return server->connections() == 2; }));
  auto third = connect();
  EXPECT_TRUE(third.is_closed());
  EXPECT_TRUE(silent.is_closed());
  EXPECT_TRUE(slow.is_closed());
  EXPECT_EQ(comes_to(1, "madang_http_turned_away_total"), 1u);
  EXPECT_EQ(comes_to(2, "madang_http_timed_out_total"), 2u);
  EXPECT_TRUE(SecureClient{server->port()}.is_welcome());
}

TEST_F(ServingByTls, SaysGoodbyeToWhoHasRestedForTooLong) {
  options.idle_time = 100ms;
  serve_paths();
  SecureClient client{server->port()};
  EXPECT_TRUE(client.is_closed());
  EXPECT_TRUE(client.tls().was_told_the_end());
}

TEST_F(ServingByTls, SendsFilesWholeAndInPart) {
  std::string content;
  while (content.size() < 3'000'000) content += std::to_string(content.size()) + ' ';
  std::ofstream{folder / "book"} << content;
  serve([&](const Request& request) {
    return request.path == "/all"
               ? Response{200, {}, FileSlice{folder / "book", 0, content.size(), {}}}
               : Response{206, {}, FileSlice{folder / "book", 20'000, 50'000, {}}};
  });
  SecureClient client{server->port()};
  EXPECT_EQ(client.ask(get("/all")).body, content);
  EXPECT_EQ(client.ask(get("/quick/part")).body, content.substr(20'000, 50'000));
}

TEST_F(ServingByTls, EndsADownloadWithItsLoanSoThatTheClientCanTell) {
  std::ofstream{folder / "book"} << std::string(3'000'000, 'b');
  const auto asked = std::make_shared<std::atomic<int>>(0);
  serve([&, asked](const Request&) {
    return Response{
        200, {}, FileSlice{folder / "book", 0, 3'000'000, [asked] { return ++*asked <= 3; }}};
  });
  SecureClient client{server->port()};
  const auto answer = client.ask(get("/book"));
  EXPECT_GT(answer.body.size(), 0u);
  EXPECT_LT(answer.body.size(), 3'000'000u);
  EXPECT_FALSE(client.tls().was_told_the_end());
}

TEST_F(ServingByTls, FailsNoRequestWhileItDrains) {
  serve_paths();
  std::atomic<std::size_t> answered = 0, failed = 0, ended = 0;
  constexpr std::size_t clients = 8;
  for (std::size_t number = 0; number < clients; ++number)
    runtime.spawn("client", [&, number] {
      SecureClient client{server->port()};
      while (true) {
        const auto answer = client.ask(get(number % 2 == 0 ? "/quick" : "/pool"));
        ++(answer.status == 200 ? answered : failed);
        if (answer.status != 200 || answer.has("Connection: close")) break;
      }
      ++ended;
    });
  ASSERT_TRUE(eventually([&] { return answered > 300; }));
  EXPECT_TRUE(server->drain(runtime.now() + 10s));
  EXPECT_TRUE(eventually([&] { return ended == clients; }));
  EXPECT_EQ(failed, 0u);
}

}  // namespace
}  // namespace madang::http
