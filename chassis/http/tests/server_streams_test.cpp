#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "chassis/http/tests/server_fixture.hpp"

namespace madang::http {
namespace {

std::string read_all(BodyReader& body) {
  std::string all;
  std::byte piece[1000];
  while (const std::size_t count = body.read(piece))
    all.append(reinterpret_cast<const char*>(piece), count);
  return all;
}

class Streaming : public ServerTest {
 protected:
  Streaming() { options.streamed_buffer_bytes = 4096; }
};

TEST_F(Streaming, GivesAnUploadToItsHandlerAsItComes) {
  serve([&](const Request& request) {
    std::byte first[3];
    const std::size_t count = request.stream->read(first);
    gate.pass();
    const auto declared = request.stream->declared_length();
    return Response{200,
                    {},
                    std::to_string(count) + ' ' + (declared ? "known " : "chunked ") +
                        std::to_string(read_all(*request.stream).size())};
  });
  auto client = connect();
  client.send("PUT /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  ASSERT_TRUE(gate.wait_for(1));
  client.send("defghij");
  gate.open();
  EXPECT_EQ(client.answer().body, "3 known 7");
  EXPECT_EQ(client
                .ask("PUT /stream HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
                .body,
            "3 chunked 2");
}

TEST_F(Streaming, CarriesEveryByteOfALargeUpload) {
  options.body_bytes_max = 10'000'000;
  std::string received;
  serve([&](const Request& request) {
    received = read_all(*request.stream);
    return Response{200};
  });
  std::string sent;
  while (sent.size() < 3'000'000) sent += std::to_string(sent.size()) + ' ';
  auto client = connect();
  client.send("PUT /stream HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(sent.size()) +
              "\r\n\r\n");
  client.send(sent);
  EXPECT_EQ(client.answer().status, 200);
  EXPECT_EQ(received, sent);
  EXPECT_EQ(client.ask(get("/stream")).status, 200);
}

TEST_F(Streaming, HoldsTheClientUpWhileTheHandlerIsSlow) {
  options.body_bytes_max = 1'000'000'000;
  serve([&](const Request& request) {
    gate.pass();
    return Response{200, {}, std::to_string(read_all(*request.stream).size())};
  });
  auto client = connect();
  constexpr std::size_t length = 64'000'000;
  client.send("PUT /stream HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) +
              "\r\n\r\n");
  const std::string piece(65536, 'a');
  std::size_t sent = 0;
  ASSERT_TRUE(gate.wait_for(1));
  // Sockets hold some megabytes; what is beyond must wait in the client.
  while (sent < length && client.can_send_now()) sent += client.send_some(piece);
  EXPECT_LT(sent, 32'000'000u);
  gate.open();
  while (sent < length) {
    const auto left = std::min(piece.size(), length - sent);
    ASSERT_TRUE(client.send(std::string_view{piece}.substr(0, left)));
    sent += left;
  }
  EXPECT_EQ(client.answer().body, std::to_string(length));
}

TEST_F(Streaming, TellsTheHandlerWhenTheRestNeverComes) {
  std::vector<std::string> slugs;
  serve([&](const Request& request) -> Response {
    gate.pass();
    try {
      read_all(*request.stream);
    } catch (const BodyFailed& failed) {
      const std::lock_guard section{*reports_lock};
      slugs.push_back(failed.slug);
      throw;
    }
    return Response{200};
  });
  options.stall_time = 50ms;
  {
    auto gone = connect();
    gone.send("PUT /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    ASSERT_TRUE(gate.wait_for(1));
  }
  auto malformed = connect();
  malformed.send("PUT /stream HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n");
  EXPECT_EQ(malformed.answer().status, 400);
  gate.open();
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard section{*reports_lock};
    return slugs.size() == 2;
  }));
}

TEST_F(Streaming, EndsAnUploadThatStalls) {
  options.stall_time = 50ms;
  serve([&](const Request& request) { return Response{200, {}, read_all(*request.stream)}; });
  auto client = connect();
  EXPECT_EQ(client.ask("PUT /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc").status,
            408);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Streaming, RefusesMoreThanItTakes) {
  options.body_bytes_max = 100;
  serve([&](const Request& request) { return Response{200, {}, read_all(*request.stream)}; });
  auto client = connect();
  client.send("PUT /stream HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  client.send("65\r\n" + std::string(101, 'a') + "\r\n0\r\n\r\n");
  EXPECT_EQ(client.answer().status, 413);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Streaming, AnswersAtOnceAHandlerThatWantsNoMore) {
  options.body_bytes_max = 1'000'000;
  serve([&](const Request&) { return Response{422}; });
  auto client = connect();
  const auto answer =
      client.ask("PUT /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc");
  EXPECT_EQ(answer.status, 422);
  EXPECT_TRUE(answer.has("Connection: close\r\n"));
  EXPECT_TRUE(client.is_closed());
}

class Downloading : public ServerTest {
 protected:
  Downloading() {
    std::filesystem::create_directory(folder);
    while (content.size() < 3'000'000) content += std::to_string(content.size()) + ' ';
    std::ofstream{folder / "book"} << content;
  }
  ~Downloading() override {
    server.reset();
    std::filesystem::remove_all(folder);
  }
  Response slice(std::uint64_t offset, std::uint64_t length,
                 std::function<bool()> keep_going = {}) const {
    return {200, {}, FileSlice{folder / "book", offset, length, std::move(keep_going)}};
  }

  std::filesystem::path folder = testing::TempDir() + "madang-download-" +
                                 std::to_string(::getpid()) + '-' +
                                 std::to_string(runtime.random());
  std::string content;
};

TEST_F(Downloading, SendsWhatWasAskedOfAFile) {
  serve([&](const Request& request) {
    return request.path == "/all" ? slice(0, content.size()) : slice(1000, 10);
  });
  auto client = connect();
  EXPECT_EQ(client.ask(get("/all")).body, content);
  EXPECT_EQ(client.ask(get("/quick")).body, content.substr(1000, 10));
  client.send("HEAD /all HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(client.answer(true).has("Content-Length: " + std::to_string(content.size())));
  EXPECT_EQ(client.ask(get("/quick")).body, content.substr(1000, 10));
}

TEST_F(Downloading, IsAnErrorWhenTheFileIsNotThere) {
  serve([&](const Request& request) {
    if (request.path == "/quick/short") return slice(0, content.size() + 1);
    return Response{200, {}, FileSlice{folder / "none", 0, 1, {}}};
  });
  auto client = connect();
  EXPECT_EQ(client.ask(get("/quick")).status, 500);
  EXPECT_EQ(client.ask(get("/quick/short")).status, 500);
  EXPECT_EQ(reports.size(), 2u);
}

TEST_F(Downloading, StopsWhenTheLoanEnds) {
  // Shared: the server may look once more while it closes, when this function is over.
  const auto asked = std::make_shared<std::atomic<int>>(0);
  serve([&, asked](const Request&) {
    return slice(0, content.size(), [asked] { return ++*asked <= 3; });
  });
  auto client = connect();
  const auto answer = client.ask(get("/book"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_GT(answer.body.size(), 0u);
  EXPECT_LT(answer.body.size(), content.size());
  EXPECT_EQ(content.substr(0, answer.body.size()), answer.body);
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(comes_to(1, "madang_http_cut_short_total"), 1u);
}

TEST_F(Downloading, EndsWithAReaderThatDoesNotRead) {
  options.stall_time = 50ms;
  std::string large;
  large.resize(30'000'000, 'a');
  serve([&](const Request&) { return Response{200, {}, large}; });
  auto client = connect("127.0.0.1", 4096);
  client.send(get("/quick"));
  EXPECT_EQ(comes_to(1, "madang_http_timed_out_total"), 1u);
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
}

}  // namespace
}  // namespace madang::http
