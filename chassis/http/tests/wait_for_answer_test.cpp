#include "chassis/http/wait_for_answer.hpp"

#include <gtest/gtest.h>

#include "chassis/runtime/simulator.hpp"

namespace madang::http {
namespace {

// Tells when the request that has it is gone.
struct Remains final : BodyReader {
  explicit Remains(bool& told) : gone{told} {}
  ~Remains() override { gone = true; }
  std::size_t read(std::span<std::byte>) override { return 0; }
  [[nodiscard]] std::optional<std::uint64_t> declared_length() const override { return 0; }
  bool& gone;
};

TEST(ARequestThatATaskWaitsFor, StaysUntilItIsAnsweredThoughTheTaskIsStopped) {
  runtime::Simulator simulator{1};
  bool gone = false;
  std::optional<bool> was_gone;
  std::optional<chassis::Reply<Response>> reply;
  simulator.process("shop").spawn("asks", [&] {
    auto request = request_of(Method::get, "/v1/editions");
    request.stream = std::make_shared<Remains>(gone);
    static_cast<void>(wait_for_answer(
        simulator.process("shop"),
        [&](const Request&) {
          return Later<Response>::of(
                     [&](chassis::Reply<Response> to) { reply.emplace(std::move(to)); })
              .settled([&](chassis::OrFailed<Response>&&) {
                was_gone = gone;  // here a handler looks at its request
                return Response{};
              });
        },
        std::move(request)));
  });
  simulator.run();
  simulator.kill("shop", "test");
  reply.reset();  // dropped by who was to answer, once the one that asked has gone
  EXPECT_EQ(was_gone, false);
  EXPECT_TRUE(gone);
}
TEST(ARequestThatATaskWaitsFor, IsAnswered) {
  runtime::Simulator simulator{1};
  std::optional<Response> response;
  auto& shop = simulator.process("shop");
  shop.spawn("asks", [&] {
    response = wait_for_answer(
        shop, [](const Request& it) { return json_response(200, it.target); },
        request_of(Method::get, "/v1/editions"));
  });
  simulator.run();
  EXPECT_EQ(response.value().text(), "/v1/editions");
}

}  // namespace
}  // namespace madang::http
