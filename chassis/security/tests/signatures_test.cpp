#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "chassis/ports/failures.hpp"
#include "chassis/runtime/simulator.hpp"
#include "chassis/security/keyed_digest.hpp"
#include "chassis/security/signed_link.hpp"
#include "chassis/security/signed_text.hpp"
#include "chassis/security/webhook.hpp"

namespace madang::security {
namespace {

using namespace std::chrono_literals;
using kernel::Instant;

const Instant nine{1'752'570'000s};
const std::string loan_file = "/rental/v1/loans/7/file";

class ASignedText : public ::testing::Test {
 protected:
  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
  SecretsInMemory secrets;
  RotatingKey key{secrets, runtime, "texts"};
  SignedTexts cursors{key, "cursor"};
};

TEST_F(ASignedText, IsOfItsPurposeAlone) {
  const SignedTexts positions{key, "position"};
  EXPECT_EQ(cursors.open(cursors.sign("page 2")), "page 2");
  EXPECT_FALSE(cursors.open(positions.sign("page 2")));
}

TEST_F(ASignedText, IsHonouredOneTurnOfTheKeyLonger) {
  const auto text = cursors.sign("page 2");
  key.rotate();
  EXPECT_EQ(cursors.open(text), "page 2");
  key.rotate();
  EXPECT_FALSE(cursors.open(text));
}

TEST_F(ASignedText, IsNothingThatTheShopDidNotMake) {
  for (const auto* text : {"", "AAAA", "AAAAAAAAAAAAAAAAAAAAAA", "cGFnZSAy", "%"}) {
    EXPECT_FALSE(cursors.open(text)) << text;
  }
}

RC_GTEST_FIXTURE_PROP(ASignedText, OpensToWhatItWasAndNeverWhenChanged,
                      (const std::string& bytes)) {
  auto text = cursors.sign(bytes);
  RC_ASSERT(cursors.open(text) == bytes);
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  const auto other = *rc::gen::elementOf(std::string{"AQgw0123456789abcxyzXYZ-_"});
  RC_PRE(text[at] != other);
  text[at] = other;
  RC_ASSERT(!cursors.open(text));
}

TEST(AFingerprint, IsFrozen) {
  const Fingerprints fingerprints{std::string(32, 'k'), "email"};
  EXPECT_EQ(fingerprints.of("kim@books.test"), "bCFK203ECzd3W5wSQZpl17fFn_g3-TGNxHabaypOszo");
  EXPECT_NE(fingerprints.of("kim@books.tes"), fingerprints.of("kim@books.test"));
  EXPECT_NE(Fingerprints(std::string(32, 'l'), "email").of("kim@books.test"),
            fingerprints.of("kim@books.test"));
}

class ASignedLink : public ::testing::Test {
 protected:
  std::expected<OpenedLink, LinkFault> open(const std::string& target, Instant now = nine) {
    return links.open(http::request_of(http::Method::get, target), now);
  }
  void expect(const std::string& target, LinkFault fault, Instant now = nine) {
    const auto opened = open(target, now);
    ASSERT_FALSE(opened) << target;
    EXPECT_EQ(opened.error(), fault) << target;
  }
  static std::string with(std::string text, const std::string& old, const std::string& fresh) {
    return text.replace(text.find(old), old.size(), fresh);
  }

  runtime::Simulator simulator{1};
  SecretsInMemory secrets;
  RotatingKey key{secrets, simulator.process("shop"), "links"};
  SignedLinks links{key, "files"};
};

TEST_F(ASignedLink, OpensForItsSubjectUntilItExpires) {
  const auto link = links.sign(loan_file, "loan-7", nine + 5min);
  const auto opened = open(link, nine + 5min - 1ms);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->subject, "loan-7");
  EXPECT_EQ(opened->expires_at, nine + 5min);
  expect(link, LinkFault::expired, nine + 5min);
}

TEST_F(ASignedLink, HasTheFormThatItsHeaderSays) {
  secrets.write("known", "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s\n");
  const RotatingKey known{secrets, simulator.process("shop"), "known"};
  EXPECT_EQ(SignedLinks(known, "files").sign(loan_file, "loan-7", nine + 999ms),
            loan_file +
                "?expires=1752570000&for=loan-7&signature="
                "KkZQOGfxk3gaFfQ_1glvbHFeNC1pYWYSzWzH94XRClI");
}

TEST_F(ASignedLink, IsRefusedForAnotherPathSubjectTimeOrPurpose) {
  const auto link = links.sign(loan_file, "loan-7", nine + 5min);
  expect(with(link, "/7/", "/8/"), LinkFault::wrong_signature);
  expect(with(link, "loan-7", "loan-8"), LinkFault::wrong_signature);
  expect(with(link, "17525703", "17525704"), LinkFault::wrong_signature);
  expect(SignedLinks(key, "covers").sign(loan_file, "loan-7", nine + 5min),
         LinkFault::wrong_signature);
}

TEST_F(ASignedLink, IsRefusedWhenAPartIsMissingOrThereTwice) {
  const auto link = links.sign(loan_file, "loan-7", nine + 5min);
  for (const auto* name : {"expires", "for", "signature"}) {
    expect(with(link, std::string{name} + '=', "other="), LinkFault::malformed);
    expect(link + '&' + name + "=1", LinkFault::malformed);
  }
  for (const auto* wrong :
       {"", "-1", "1e9", "99999999999999999999", "999999999999", "1752570300x"}) {
    expect(with(link, "1752570300", wrong), LinkFault::malformed);
  }
}

TEST_F(ASignedLink, IsHonouredOneTurnOfTheKeyLonger) {
  const auto link = links.sign(loan_file, "loan-7", nine + 5min);
  key.rotate();
  EXPECT_TRUE(open(link));
  key.rotate();
  expect(link, LinkFault::wrong_signature);
}

TEST_F(ASignedLink, IsNotMadeOfWhatTwoReadersCouldReadInTwoWays) {
  EXPECT_THROW(static_cast<void>(links.sign("/a b", "x", nine)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(links.sign("/a?b=c", "x", nine)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(links.sign("/a", "x&for=y", nine)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(links.sign("/a", "x/y", nine)), std::invalid_argument);
}

RC_GTEST_FIXTURE_PROP(ASignedLink, NeverOpensAfterAChangeOfOneCharacter, ()) {
  const auto link = links.sign(loan_file, "loan-7", nine + 5min);
  auto changed = link;
  const auto at = *rc::gen::inRange<std::size_t>(1, changed.size());
  changed[at] = *rc::gen::elementOf(std::string{"abcxyzABCXYZ0189-_&=?/"});
  RC_PRE(changed != link);
  const auto is_opened = [&] {
    try {
      return open(changed).has_value();
    } catch (const std::invalid_argument&) {  // not even a target
      return false;
    }
  };
  RC_ASSERT(!is_opened());
}

class AWebhook : public ::testing::Test {
 protected:
  void expect(const std::string& signature, const std::string& raw_body, WebhookFault fault,
              Instant now = nine) {
    const auto verified = verify_webhook(signature, raw_body, keys, now);
    ASSERT_FALSE(verified) << signature;
    EXPECT_EQ(verified.error(), fault) << signature;
  }
  std::vector<std::string> keys{"whsec", "before"};
  std::string body = R"({"a":1})";
  std::string v1 = "a12c3ac8e0995473b09e813c84560ffc365dd9377339a9ae8d6b6305431a33e3";
};

TEST_F(AWebhook, IsSignedInStripesForm) {
  EXPECT_EQ(webhook_signature("whsec", body, nine + 999ms), "t=1752570000,v1=" + v1);
}

TEST_F(AWebhook, IsTakenUnderAnyOfTheKeysWithinTheTolerance) {
  EXPECT_EQ(verify_webhook("t=1752570000,v1=" + v1, body, keys, nine + 5min), nine);
  EXPECT_EQ(verify_webhook("v0=x,v1=bad,v1=" + v1 + ",t=1752570000", body, keys, nine - 5min),
            nine);
  EXPECT_TRUE(verify_webhook(webhook_signature("before", body, nine), body, keys, nine));
  expect("t=1752570000,v1=" + v1, body, WebhookFault::too_old, nine + 5min + 1ms);
  expect("t=1752570000,v1=" + v1, body, WebhookFault::too_new, nine - 5min - 1ms);
}

TEST_F(AWebhook, IsRefusedForAnotherBodyTimeOrKey) {
  expect("t=1752570000,v1=" + v1, body + ' ', WebhookFault::wrong_signature);
  expect("t=1752570001,v1=" + v1, body, WebhookFault::wrong_signature);
  expect("t=01752570000,v1=" + v1, body, WebhookFault::wrong_signature);
  expect("t=1752570000,v1=", body, WebhookFault::wrong_signature);
  expect("t=1752570000", body, WebhookFault::wrong_signature);
  expect("t=1752570000,v0=" + v1, body, WebhookFault::wrong_signature);
  keys = {"another"};
  expect("t=1752570000,v1=" + v1, body, WebhookFault::wrong_signature);
}

TEST_F(AWebhook, IsRefusedWhenItsTimeIsNoTime) {
  const std::vector<std::string> wrong{"",
                                       ",",
                                       "v1=" + v1,
                                       "t=,v1=" + v1,
                                       "t=-1,v1=" + v1,
                                       "t=1e9,v1=" + v1,
                                       "t=999999999999,v1=" + v1,
                                       "t=1752570000,t=1752570000,v1=" + v1,
                                       "t=1752570000,v1=" + v1 + ',' + std::string(2000, 'x')};
  for (const auto& signature : wrong) expect(signature, body, WebhookFault::malformed);
}

class AReplay : public ::testing::Test {
 protected:
  runtime::Simulator simulator{1};
  ReplayMemory memory{simulator.process("shop"), 10min, 3};
};

TEST_F(AReplay, IsRefusedWithinTheWindow) {
  EXPECT_TRUE(memory.is_first("one"));
  simulator.sleep(10min - 1ms);
  EXPECT_FALSE(memory.is_first("one"));
  simulator.sleep(1ms);
  EXPECT_TRUE(memory.is_first("one"));
}

TEST_F(AReplay, IsNeverLetInForLackOfRoom) {
  for (const auto* what : {"one", "two", "three"}) EXPECT_TRUE(memory.is_first(what));
  EXPECT_THROW(static_cast<void>(memory.is_first("four")), chassis::Unavailable);
  for (const auto* what : {"one", "two", "three"}) EXPECT_FALSE(memory.is_first(what));
  simulator.sleep(10min);
  EXPECT_TRUE(memory.is_first("four"));
}

TEST_F(AReplay, IsATryAgainWhenTheFirstWasNotTakenIn) {
  EXPECT_TRUE(memory.is_first("one"));
  memory.forget("one");
  simulator.sleep(5min);
  EXPECT_TRUE(memory.is_first("one"));
  simulator.sleep(5min);  // when the first would have been let go
  EXPECT_FALSE(memory.is_first("one"));
}

}  // namespace
}  // namespace madang::security
