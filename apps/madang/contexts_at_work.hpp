#pragma once
// Each context as this program runs it: its definition, its engine, its adapters and its routes. Those are
// members in the order in which they need each other. contexts_here.hpp has those that are in this process.
#include "apps/madang/control/keys_copy.hpp"
#include "apps/madang/personal_archive.hpp"
#include "apps/madang/settings.hpp"
#include "apps/madang/surroundings.hpp"
#include "catalog/adapters/inbound/catalog_http.hpp"
#include "catalog/adapters/inbound/file_desk.hpp"
#include "catalog/adapters/outbound/blob_epub_store.hpp"
#include "catalog/catalog.hpp"
#include "chassis/bus/broker_outlet.hpp"
#include "chassis/calls/breaker.hpp"
#include "chassis/security/passwords.hpp"
#include "chassis/security/person_keys.hpp"
#include "chassis/security/secrets.hpp"
#include "chassis/security/signing_keys.hpp"
#include "chassis/security/vault.hpp"
#include "chassis/storage/files.hpp"
#include "chassis/subscriptions/engine.hpp"
#include "chassis/telemetry/metrics.hpp"
#include "chassis/telemetry/security_note.hpp"
#include "contracts/support/edge.hpp"
#include "contracts/support/routes.hpp"
#include "customer/adapters/inbound/customer_http.hpp"
#include "customer/customer.hpp"
#include "identity/adapters/inbound/identity_http.hpp"
#include "identity/adapters/inbound/key_desk.hpp"
#include "identity/adapters/outbound/argon2_hasher.hpp"
#include "identity/adapters/outbound/attempts_in_memory.hpp"
#include "identity/adapters/outbound/breached_passwords_file.hpp"
#include "identity/adapters/outbound/derived_codes.hpp"
#include "identity/adapters/outbound/derived_factors.hpp"
#include "identity/adapters/outbound/journal_accounts.hpp"
#include "identity/adapters/outbound/signed_tokens.hpp"
#include "identity/identity.hpp"
#include "payment/adapters/inbound/account_settler.hpp"
#include "payment/adapters/inbound/errand_runner.hpp"
#include "payment/adapters/inbound/payment_desk.hpp"
#include "payment/adapters/inbound/payment_http.hpp"
#include "payment/adapters/inbound/sandbox_webhook.hpp"
#include "payment/adapters/outbound/http_provider.hpp"
#include "payment/payment.hpp"
#include "rental/adapters/inbound/desk_keeper.hpp"
#include "rental/adapters/inbound/rental_http.hpp"
#include "rental/adapters/outbound/copied_files.hpp"
#include "rental/adapters/outbound/direct_payment_desk.hpp"
#include "rental/adapters/outbound/guarded_payment_desk.hpp"
#include "rental/rental.hpp"
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace madang::app {

// What all of them stand on.
struct Ground {
  runtime::Runtime& runtime;
  storage::FileSystem& files;
  const Settings& settings;
  const Surroundings& around;
  security::Secrets& secrets;
  chassis::Bus& bus;
  chassis::Log& log;
  const contracts::Edge& edge;
  telemetry::Spans* spans;  // none: nothing is traced
  KeysCopier& keys_copier;
  telemetry::SecurityLog watch;

  [[nodiscard]] telemetry::Tracer tracer_of(std::string context) const {
    return {spans, runtime, std::move(context)};
  }
  [[nodiscard]] std::string folder_of(const std::string& context) const;  // made if it is not there
};

// A context on its engine.
class AtWork {
 public:
  AtWork(const Ground&, std::unique_ptr<chassis::Context>, chassis::PortsOf ports = {});
  void start();
  [[nodiscard]] chassis::Engine& engine() { return *engine_; }

 private:
  std::unique_ptr<chassis::Context> context_;
  std::unique_ptr<chassis::Engine> engine_;
  std::unique_ptr<chassis::BrokerOutlet> outlet_;  // where a broker lies between the contexts
};

// A context at work, as the rest of its process meets it.
class ContextAtWork {
 public:
  virtual ~ContextAtWork() = default;
  [[nodiscard]] virtual chassis::Engine& engine() = 0;
  virtual void start() = 0;
  // What people may ask it; none: nothing.
  [[nodiscard]] virtual const contracts::Routes* asked() const { return nullptr; }
  // Answers a context of another process. Nothing: the method is none of its.
  virtual std::optional<std::string> answer(std::string_view /*method*/,
                                            std::string_view /*message*/, const chassis::Call&) {
    return std::nullopt;
  }
  // Opens what it keeps sealed; none: it keeps nothing so.
  [[nodiscard]] virtual chassis::Vault* its_vault() { return nullptr; }
  // From the next request on.
  virtual void set(const Settings&) {}
  // What is to be seen of it at /metrics, besides its engine.
  [[nodiscard]] virtual std::vector<std::shared_ptr<void>> show(telemetry::Registry&) { return {}; }
};

inline constexpr const char* token_issuer = "madang";

struct IdentityAtWork final : ContextAtWork {
  IdentityAtWork(const Ground&, const security::SigningKeys&,
                 const security::RotatingKey& link_key);
  chassis::Engine& engine() override { return at_work.engine(); }
  void start() override { at_work.start(); }
  const contracts::Routes* asked() const override { return &routes; }
  std::optional<std::string> answer(std::string_view method, std::string_view message,
                                    const chassis::Call&) override;
  chassis::Vault* its_vault() override { return &vault; }
  std::vector<std::shared_ptr<void>> show(telemetry::Registry&) override;

  const Ground& ground;
  security::OwnedKeys keys;
  KeysAndTheirCopy keys_and_copy;
  AtWork at_work;
  identity::JournalAccounts accounts;
  identity::AttemptsInMemory attempts;
  security::Passwords passwords;
  identity::Argon2Hasher hasher;
  identity::BreachedPasswordsFile breached;
  identity::SignedTokens tokens;
  identity::DerivedCodes codes;
  identity::DerivedFactors factors;
  security::KeyedVault vault;
  PersonalArchive archive;  // of which every context is to be a part before it is asked for
  identity::IdentityHttp http;
  contracts::Routes routes;
  identity::KeyDesk key_desk;
};

struct CatalogAtWork final : ContextAtWork {
  explicit CatalogAtWork(const Ground&);
  chassis::Engine& engine() override { return at_work.engine(); }
  void start() override { at_work.start(); }
  const contracts::Routes* asked() const override { return &routes; }
  std::optional<std::string> answer(std::string_view method, std::string_view message,
                                    const chassis::Call&) override;

  AtWork at_work;
  storage::BlobStore blobs;
  catalog::BlobEpubStore epubs;
  catalog::CatalogHttp http;
  contracts::Routes routes;
  catalog::FileDesk file_desk;
};

struct PaymentAtWork final : ContextAtWork {
  // `provider_calls` reaches the provider; `webhook_key` signs what it tells by itself.
  PaymentAtWork(const Ground&, http::Calls provider_calls, const std::string& webhook_key);
  chassis::Engine& engine() override { return at_work.engine(); }
  void start() override;
  const contracts::Routes* asked() const override { return &routes; }
  std::optional<std::string> answer(std::string_view method, std::string_view message,
                                    const chassis::Call&) override;
  std::vector<std::shared_ptr<void>> show(telemetry::Registry&) override;

  const Ground& ground;
  AtWork at_work;
  payment::HttpProvider provider;
  payment::PaymentDesk desk;
  payment::SandboxWebhook webhook;
  payment::ErrandRunner errands;
  payment::AccountSettler accounts;
  payment::PaymentHttp http;
  contracts::Routes routes;
};

struct RentalAtWork final : ContextAtWork {
  RentalAtWork(const Ground&, payment::api_v1::PaymentDesk&,
               rental::CopiedFiles::OpenAtCatalog open_at_catalog,
               const security::RotatingKey& link_key);
  chassis::Engine& engine() override { return at_work.engine(); }
  void start() override;
  const contracts::Routes* asked() const override { return &routes; }
  void set(const Settings&) override;
  std::vector<std::shared_ptr<void>> show(telemetry::Registry&) override;

  runtime::Runtime& runtime;
  std::atomic<std::shared_ptr<const rental::LendingRules>> rules;
  storage::BlobStore blobs;
  rental::CopiedFiles files;
  AtWork at_work;
  rental::DirectPaymentDesk direct_desk;
  chassis::Breaker breaker;
  rental::GuardedPaymentDesk desk;
  rental::DeskKeeper keeper;
  rental::RentalHttp http;
  contracts::Routes routes;
};

// Identity's keys, as customer is handed them in one process.
class KeysBeside final : public security::KeyDesk {
 public:
  explicit KeysBeside(security::OwnedKeys& keys) : keys_{keys} {}
  security::KeyOrErased pull(const kernel::PersonId& person) override {
    return keys_.hand_out(person, "customer");
  }

 private:
  security::OwnedKeys& keys_;
};

struct CustomerAtWork final : ContextAtWork {
  CustomerAtWork(const Ground&, std::unique_ptr<security::KeyDesk> keys_of_identity);
  chassis::Engine& engine() override { return at_work.engine(); }
  void start() override { at_work.start(); }
  const contracts::Routes* asked() const override { return &routes; }
  chassis::Vault* its_vault() override { return &vault; }

  std::unique_ptr<security::KeyDesk> desk;
  security::PulledKeys keys;
  AtWork at_work;
  security::KeyedVault vault;
  customer::CustomerHttp http;
  contracts::Routes routes;
};

// A context that needs of the others nothing but what they tell, and that none of them asks anything.
struct Neighbour : ContextAtWork {
  Neighbour(const Ground& ground, std::unique_ptr<chassis::Context> context)
      : at_work{ground, std::move(context)} {}
  chassis::Engine& engine() override { return at_work.engine(); }
  void start() override { at_work.start(); }
  const contracts::Routes* asked() const override { return routes ? &*routes : nullptr; }

  AtWork at_work;
  std::optional<contracts::Routes> routes{};  // none: people ask it nothing
};
// Of the contract that the adapter fulfils: its own `routes` is found by the adapter's type.
template <class Http>
std::vector<contracts::Route> routes_of(Http& http, const contracts::Edge& edge) {
  return routes(http, edge);
}
// One that people ask over HTTP, through its inbound adapter.
template <class Http>
struct AskedNeighbour final : Neighbour {
  AskedNeighbour(const Ground& ground, std::unique_ptr<chassis::Context> context)
      : Neighbour{ground, std::move(context)}, http{at_work.engine()} {
    routes.emplace(ground.edge, routes_of(http, ground.edge));
  }
  Http http;
};

// A neighbour by its name, and what people may ask it where it is in another process.
struct NeighbourOfAll {
  std::string name;
  std::vector<contracts::Route> (*asked)(const http::Handler& elsewhere);
  Joins joins;
};
// In the order in which they start.
std::vector<NeighbourOfAll> all_neighbours();

}  // namespace madang::app
