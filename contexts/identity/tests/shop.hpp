#pragma once
// Identity as it runs in production, over HTTP from below the socket, on the simulator's clock and disk.
// Only its passwords are hashed cheaply.
#include <gtest/gtest.h>

#include "chassis/json/json.hpp"
#include "chassis/runtime/wait_for.hpp"
#include "chassis/security/person_keys.hpp"
#include "chassis/security/token_verifier.hpp"
#include "chassis/security/vault.hpp"
#include "chassis/testing/town.hpp"
#include "contracts/support/routes.hpp"
#include "identity/adapters/inbound/identity_http.hpp"
#include "identity/adapters/outbound/argon2_hasher.hpp"
#include "identity/adapters/outbound/attempts_in_memory.hpp"
#include "identity/adapters/outbound/derived_codes.hpp"
#include "identity/adapters/outbound/derived_factors.hpp"
#include "identity/adapters/outbound/journal_accounts.hpp"
#include "identity/adapters/outbound/signed_tokens.hpp"
#include "identity/application/erase_person.hpp"
#include "identity/application/ports/outbound/personal_archive.hpp"
#include "identity/application/roles.hpp"
#include "identity/identity.hpp"

namespace madang::identity {

// What lives from a start of the shop to its end.
struct NamedArchive final : PersonalArchive {
  std::string of(const PersonId& person) override { return "what is held of " + person.text(); }
};
struct StolenPasswords final : BreachedPasswords {
  bool has(std::string_view password) override { return password == "stolen from elsewhere"; }
};
struct OpenShop {
  OpenShop(chassis::Engine& identity, runtime::Runtime& runtime, security::Secrets& secrets,
           const telemetry::SecurityLog& watch, SecondFactorFor second_factor_for)
      : keys{runtime, "town/identity/keys.db", security::key_of(secrets, runtime, "master-key"),
             keepers_of_keys},
        vault{runtime, keys},
        signing{secrets, runtime},
        accounts{identity, security::key_of(secrets, runtime, "email-key")},
        attempts{runtime, {}, watch},
        passwords{runtime, {.memory_kib = 64, .passes = 1}},
        hasher{passwords},
        tokens{runtime,
               signing,
               security::key_of(secrets, runtime, "refresh-key"),
               {"https://shop.example", "madang"}},
        codes{security::key_of(secrets, runtime, "refresh-key")},
        factors{security::key_of(secrets, runtime, "refresh-key")},
        positions{secrets, runtime, "positions"},
        links{secrets, runtime, "links"},
        edge{runtime, security::key_of(secrets, runtime, "fingerprints"), positions},
        http{identity,
             {identity, accounts, attempts, hasher, breached, tokens, keys, vault, archive, codes,
              factors, unused_at_most, reset_code_lasts, second_factor_for, watch},
             signing,
             security::key_of(secrets, runtime, "erasure-key"),
             links,
             runtime},
        routes{edge, http_v1::routes(http, edge)} {}

  security::OwnedKeys keys;
  security::KeyedVault vault;
  security::SigningKeys signing;
  JournalAccounts accounts;
  AttemptsInMemory attempts;
  security::Passwords passwords;
  Argon2Hasher hasher;
  StolenPasswords breached;
  SignedTokens tokens;
  DerivedCodes codes;
  DerivedFactors factors;
  security::RotatingKey positions, links;
  NamedArchive archive;
  contracts::Edge edge;
  IdentityHttp http;
  contracts::Routes routes;
};

struct Shop : ::testing::Test {
  std::unique_ptr<chassis::Context> context = identity_context();
  security::SecretsInMemory secrets;
  testing::Town town;
  std::unique_ptr<OpenShop> open;
  SecondFactorFor second_factor_for = SecondFactorFor::nobody;
  int keys = 0;
  std::vector<telemetry::SecurityNote> notes;

  Shop() {
    town.add(*context);
    start();
  }
  ~Shop() override {
    open.reset();
    town.stop();
  }
  void start() {
    town.start();
    open = town.run([&] {
      return std::make_unique<OpenShop>(
          town.engine("identity"), town.process(), secrets,
          [this](const telemetry::SecurityNote& note) { notes.push_back(note); },
          second_factor_for);
    });
  }
  void lose_power_and_start() {
    town.lose_power();
    open.reset();
    start();
  }

  http::Response send(http::Method method, std::string_view target, const std::string& body,
                      http::Headers headers = {}) {
    headers.set("Content-Type", "application/json");
    if (!headers.has("Idempotency-Key"))
      headers.set("Idempotency-Key", "key-" + std::to_string(++keys));
    return town.run([&] {
      const auto request = http::request_of(method, target, std::move(headers), body);
      return runtime::wait_for(town.process(), open->routes.handle(request));
    });
  }
  http::Response registers(const std::string& email, http::Headers headers = {},
                           const std::string& password = "correct horse battery") {
    return send(http::Method::post, "/v1/people",
                R"({"email":")" + email + R"(","password":")" + password +
                    R"(","name":"Kim Haru","language":"ko"})",
                std::move(headers));
  }
  http::Response signs_in(const std::string& email,
                          const std::string& password = "correct horse battery") {
    return send(http::Method::post, "/v1/sessions",
                R"({"email":")" + email + R"(","password":")" + password + R"(","client":"web"})");
  }
  http::Response refreshes(const std::string& token) {
    return send(http::Method::post, "/v1/sessions/refresh",
                R"({"refresh_token":")" + token + R"(","client":"web"})");
  }
  static std::string member(const http::Response& response, std::string_view name) {
    const auto document = chassis::JsonDocument::stored(response.text());
    return std::string{document.root()[name].text()};
  }
  // What was told to whoever guards the shop since it was last asked for: "what about".
  std::vector<std::string> told() {
    std::vector<std::string> all;
    for (const auto& note : std::exchange(notes, {}))
      all.push_back(note.what + (note.about.empty() ? "" : " " + note.about));
    return all;
  }
  // The headers that the gateway makes of an access token.
  http::Headers with(const http::Response& session) {
    security::TokenVerifier verifier{
        open->signing, town.process(), {"https://shop.example", "madang"}};
    const auto claims = town.run([&] { return verifier.verify(member(session, "access_token")); });
    security::Principal who;
    who.person = claims.value()->person;
    who.session = claims.value()->session;
    for (const auto& role : claims.value()->roles) who.roles.insert(role);
    http::Headers headers;
    security::set_principal(headers, who);
    return headers;
  }
  void appoint(const std::string& email) {
    town.run([&] {
      const auto request = chassis::RequestKey::of_request("identity", "machine", "appoint", email,
                                                           {}, "requests/machine", {});
      chassis::Commands& identity = town.engine("identity");
      EXPECT_NE(appoint_operator({*EmailAddress::parse(email)}, request, identity, open->accounts)
                    .value(),
                nullptr);
    });
  }
};

}  // namespace madang::identity
