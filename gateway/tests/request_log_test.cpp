#include "gateway/request_log.hpp"

#include <gtest/gtest.h>

#include "contracts/generated/problems.hpp"

namespace madang::gateway {
namespace {

using namespace std::chrono_literals;

TEST(TheRequestLog, IsALineOfJsonWithWhatThereIs) {
  RequestRecord record{.at = kernel::Instant{1'784'106'000'000ms},
                       .method = http::Method::get,
                       .path = "/v1/\"quoted\"",
                       .parameters = {"cursor", "limit"},
                       .route = "/v1",
                       .status = 200,
                       .bytes_in = 1,
                       .bytes_out = 512,
                       .took = 184us,
                       .person = kernel::PersonId::parse("01234567-89ab-8def-8001-0203040506ff"),
                       .client = "web",
                       .address = "192.0.2.7",
                       .trace_id = "0af7651916cd43dd8448eb211c80319c",
                       .problem = "token-invalid",
                       .fault = "expired"};
  EXPECT_EQ(json_line(record),
            R"({"at":"2026-07-15T09:00:00.000Z","log":"request","method":"GET",)"
            R"("path":"/v1/\"quoted\"","parameters":["cursor","limit"],"route":"/v1",)"
            R"("status":200,"in":1,"out":512,"micros":184,)"
            R"("person":"01234567-89ab-8def-8001-0203040506ff","client":"web",)"
            R"("address":"192.0.2.7","trace":"0af7651916cd43dd8448eb211c80319c",)"
            R"("problem":"token-invalid","fault":"expired"})");
  record.parameters.clear();
  record.person.reset();
  record.client.clear();
  record.problem.clear();
  record.fault = {};
  EXPECT_EQ(json_line(record),
            R"({"at":"2026-07-15T09:00:00.000Z","log":"request","method":"GET",)"
            R"("path":"/v1/\"quoted\"","route":"/v1","status":200,"in":1,"out":512,"micros":184,)"
            R"("address":"192.0.2.7","trace":"0af7651916cd43dd8448eb211c80319c"})");
}

TEST(TheRequestLog, NamesEachProblemThatIsTold) {
  const http::Problems problems{contracts::problems()};
  for (const auto& [slug, status, title_en, title_ko, detail_en, detail_ko] : contracts::problems())
    for (const auto language : {http::Language::en, http::Language::ko})
      EXPECT_EQ(problem_in(problems.answer({std::string{slug}}, language)), slug);
}

TEST(TheRequestLog, NamesNoProblemWhereNoneIsTold) {
  EXPECT_EQ(
      problem_in(http::json_response(200, R"({"type":"/problems/conflict","title":"a book"})")),
      "");
  EXPECT_EQ(problem_in(http::Response{204}), "");
  EXPECT_EQ(problem_in(http::Response{.status = 200, .body = http::FileSlice{.path = "a.epub"}}),
            "");
}

TEST(TheRequestLog, TellsWhoeverGuardsTheShopOfWhoWasTurnedAway) {
  RequestRecord record{.at = kernel::Instant{1'784'106'000'000ms},
                       .method = http::Method::get,
                       .path = "/v1/ledger",
                       .parameters = {},
                       .route = "/v1/ledger",
                       .status = 200,
                       .bytes_in = 0,
                       .bytes_out = 0,
                       .took = 1us,
                       .person = kernel::PersonId::parse("01234567-89ab-8def-8001-0203040506ff"),
                       .client = "web",
                       .address = "192.0.2.7",
                       .trace_id = "0af7",
                       .problem = {},
                       .fault = {}};
  EXPECT_FALSE(security_note_of(record));
  record.status = 403;
  auto note = security_note_of(record);
  ASSERT_TRUE(note);
  EXPECT_EQ(note->what, "access refused");
  EXPECT_EQ(note->about, "GET /v1/ledger");
  EXPECT_EQ(note->person, record.person);
  EXPECT_EQ(note->address, "192.0.2.7");
  EXPECT_EQ(note->trace, "0af7");
  record.status = 401;
  EXPECT_FALSE(security_note_of(record));  // who has no token is asked for one
  record.fault = "wrong signature";
  note = security_note_of(record);
  ASSERT_TRUE(note);
  EXPECT_EQ(note->what, "token refused");
  EXPECT_EQ(note->about, "wrong signature");
}

}  // namespace
}  // namespace madang::gateway
