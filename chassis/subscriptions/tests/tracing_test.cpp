#include <algorithm>

#include "chassis/subscriptions/tests/library.hpp"
#include "chassis/testing/town.hpp"

namespace madang::library {
namespace {

using telemetry::Span, telemetry::SpanKind;
using testing::named, testing::Town;

constexpr auto trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";

struct TracingACommand : ::testing::Test {
  std::unique_ptr<Context> books = library_context(), neighbour = neighbour_context();
  Town town;
  telemetry::Registry registry;
  telemetry::Spans spans{registry, 1};

  TracingACommand() {
    luck_has_turned = false;
    town.add(*books);
    town.add(*neighbour);
    town.spans = &spans;
    town.start();
  }
  void lend(const PersonId& reader, const char* flags) {
    const auto traceparent = std::string{"00-"} + trace_id + "-00f067aa0ba902b7-" + flags;
    const CommandId id{digest128({"test"}), "requests/test", {}, {"", trace_id, traceparent}};
    static_cast<void>(town.run(
        [&] { return town.engine("library").run(LendBook{named<BookId>("rain"), reader}, id); }));
    town.settle();
  }
  // What hangs below a span, by service and name; empty: below whoever gave the command.
  static const Span* below(const std::vector<Span>& all, const Span* above,
                           const std::string& service, const std::string& name) {
    const auto parent = above ? above->context.span_id_text() : "00f067aa0ba902b7";
    const auto found = std::ranges::find_if(all, [&](const Span& it) {
      return telemetry::hex_text(it.parent) == parent && it.service == service && it.name == name;
    });
    return found == all.end() ? nullptr : &*found;
  }
};

TEST_F(TracingACommand, ShowsWhatItCausedInEveryContext) {
  lend(named<PersonId>("kim"), "01");
  const auto all = spans.take(100);
  for (const auto& span : all) EXPECT_LE(span.began, span.ended) << span.name;
  const auto* command = below(all, nullptr, "library", "LendBook");
  ASSERT_TRUE(command);
  EXPECT_EQ(command->tags.front().second, "accepted");
  EXPECT_TRUE(below(all, command, "library", "read model loans"));
  const auto* policy = below(all, command, "library", "earn_a_point_for_each_loan");
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->kind, SpanKind::consumer);
  EXPECT_TRUE(below(all, policy, "library", "EarnPoint"));
  const auto* message = below(all, command, "library", "publish BookLent");
  ASSERT_TRUE(message);
  EXPECT_EQ(message->kind, SpanKind::producer);
  const auto* heard = below(all, message, "neighbour", "record");
  ASSERT_TRUE(heard);
  const auto* recorded = below(all, heard, "neighbour", "record");
  ASSERT_TRUE(recorded);
  EXPECT_TRUE(below(all, recorded, "neighbour", "read model taken"));
}

TEST_F(TracingACommand, RecordsNothingThatNobodyWants) {
  lend(named<PersonId>("kim"), "00");
  EXPECT_EQ(spans.waiting(), 0U);
}

TEST_F(TracingACommand, NamesTheTraceOfWhatWasParkedAndTriedAgain) {
  lend(unlucky_reader, "00");
  const auto parked = town.run([&] { return town.engine("library").parked(); });
  ASSERT_EQ(parked.size(), 1U);
  const auto retry = [&] {
    town.run(
        [&] { town.engine("library").retry_parked(parked.front().consumer, parked.front().key); });
    town.pass(std::chrono::seconds{61});
  };
  retry();
  luck_has_turned = true;
  retry();
  ASSERT_EQ(town.log.lines.size(), 3U);
  EXPECT_TRUE(town.log.lines[0].starts_with("parked a delivery"));
  EXPECT_TRUE(town.log.lines[1].starts_with("a parked delivery failed again"));
  EXPECT_TRUE(town.log.lines[2].starts_with("a parked delivery was handled"));
  for (const auto& line : town.log.lines)
    EXPECT_TRUE(line.contains(std::string{" trace="} + trace_id)) << line;
}

}  // namespace
}  // namespace madang::library
