#pragma once
// What the sandbox provider remembers: intents, refunds, every movement of money, and the webhooks
// that are still to be delivered. It is the provider's own truth, in its own file, and survives the
// shop's death and its own; not a power cut, for the sake of speed. Each member function is one
// transaction.
//
// For one task at a time; SandboxProvider sees to that.
#include "apps/madang-sandbox-pay/cards.hpp"
#include "chassis/storage/sqlite.hpp"
#include "kernel/instant.hpp"
#include "kernel/money.hpp"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace madang::sandbox {

using kernel::Instant, kernel::Money;

enum class Status { requires_confirmation, processing, succeeded, declined, canceled };
std::string_view text_of(Status);

struct Intent {
  std::string id, payment, card;  // the shop's payment id, as it gave it
  Money amount;
  Status status;
  std::string decline_code;  // empty unless declined
  Instant created;
  std::int64_t
      confirmations;   // how often it was told to charge: never more than once by an honest shop
  Instant charged_at;  // or due to be; only when processing or succeeded
  Money refunded;
};
struct Refund {
  std::string id, intent, payment;
  Money amount;
  Instant at;
};
struct Movement {
  std::int64_t number;  // from 1, without gaps
  bool is_refund;
  std::string intent, payment;
  Money amount;  // never negative
  Instant at;
};
struct Webhook {
  std::int64_t number;
  std::string body;
  std::int64_t attempts;
};

class Books {
 public:
  explicit Books(const std::string& path);

  // The answer given to this key before: status and body. Throws KeyReused for another request.
  struct Answered {
    std::int64_t status;
    std::string body;
  };
  struct KeyReused {};
  std::optional<Answered> answered(const std::string& key, const std::string& fingerprint);

  // The intent, remembered together with the answer to its key.
  void create(const Intent&, const std::string& key, const std::string& fingerprint,
              const Answered&);
  std::optional<Intent> find(const std::string& id);
  std::vector<Intent> of_payment(const std::string& payment);
  // From requires_confirmation only; any other intent is given as it stands, one confirmation richer.
  Intent confirm(const std::string& id, const Card&, Instant now);
  Intent cancel(const std::string& id, const Card&, Instant now);  // unless it was confirmed
  void refund(const Refund&, const Card&, const std::string& key, const std::string& fingerprint,
              const Answered&);
  // Charges whose time has come are made. Whoever reads calls this first.
  void land_due(Instant now, const Pace&);
  std::vector<Movement> movements(std::int64_t after, std::int64_t limit);

  std::vector<Webhook> webhooks_due(Instant now);
  // When land_due or webhooks_due will next have something to do.
  std::optional<Instant> next_due();
  void webhook_delivered(std::int64_t number);
  void webhook_failed(std::int64_t number, Instant next_try);
  void tidy();  // keeps the file's log short

 private:
  Intent stored(const std::string& id);
  void remember(const std::string& key, const std::string& fingerprint, const Answered&);
  void charge(const std::string& id, const Card&, Instant at);
  void announce(std::string_view type, const std::string& intent, const Card&, Instant at,
                const Refund* = nullptr);
  storage::Database db_;
};

// As the API shows them (sandbox_provider.hpp).
std::string json_of(const Intent&);
std::string json_of(const Refund&);
std::string json_of(const Movement&);

}  // namespace madang::sandbox
