#include "apps/madang-sandbox-pay/books.hpp"

#include "chassis/json/json.hpp"
#include "kernel/check.hpp"

namespace madang::sandbox {
namespace {

using chassis::JsonWriter;

std::int64_t stored_time(Instant at) { return at.time_since_epoch().count(); }
Instant read_time(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

Status read_status(std::string_view text) {
  for (const auto status : {Status::requires_confirmation, Status::processing, Status::succeeded,
                            Status::declined, Status::canceled})
    if (text_of(status) == text) return status;
  throw chassis::Corrupt{"an intent of no known status"};
}

Money read_money(std::int64_t amount, std::string_view currency) {
  const auto known = kernel::Currency::parse(currency);
  if (!known) throw chassis::Corrupt{"an amount in no currency"};
  return Money::minor_units(amount, *known);
}

constexpr const char* schema = R"(
  CREATE TABLE IF NOT EXISTS intents(
    id TEXT PRIMARY KEY, payment TEXT NOT NULL, card TEXT NOT NULL,
    amount INTEGER NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL, decline_code TEXT NOT NULL,
    created INTEGER NOT NULL, confirmations INTEGER NOT NULL, charged_at INTEGER NOT NULL,
    refunded INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS intents_of_payment ON intents(payment);
  CREATE INDEX IF NOT EXISTS charges_to_land ON intents(charged_at)
    WHERE charged_at > 0 AND status <> 'succeeded';
  CREATE TABLE IF NOT EXISTS keys(
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS movements(
    number INTEGER PRIMARY KEY, is_refund INTEGER NOT NULL, intent TEXT NOT NULL, payment TEXT NOT NULL,
    amount INTEGER NOT NULL, currency TEXT NOT NULL, at INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS webhooks(
    number INTEGER PRIMARY KEY, body TEXT NOT NULL, attempts INTEGER NOT NULL, due INTEGER);
  CREATE INDEX IF NOT EXISTS webhooks_due ON webhooks(due) WHERE due IS NOT NULL;
)";

// All columns of intents, in the order of the table.
Intent read_intent(const storage::Statement& row) {
  const auto amount = read_money(row.integer(3), row.text(4));
  return {.id = std::string{row.text(0)},
          .payment = std::string{row.text(1)},
          .card = std::string{row.text(2)},
          .amount = amount,
          .status = read_status(row.text(5)),
          .decline_code = std::string{row.text(6)},
          .created = read_time(row.integer(7)),
          .confirmations = row.integer(8),
          .charged_at = read_time(row.integer(9)),
          .refunded = Money::minor_units(row.integer(10), amount.currency())};
}

void write_money(JsonWriter& to, Money money) {
  to.integer("amount", money.in_minor_units());
  to.text("currency", money.currency().text());
}

}  // namespace

std::string_view text_of(Status status) {
  switch (status) {
    case Status::requires_confirmation: return "requires_confirmation";
    case Status::processing: return "processing";
    case Status::succeeded: return "succeeded";
    case Status::declined: return "declined";
    case Status::canceled: return "canceled";
  }
  CHECK(false, "a status has a name");
}

Books::Books(const std::string& path) : db_{path, storage::Synchronous::normal} {
  db_.transaction([&] { db_.script(schema); });
}

std::optional<Books::Answered> Books::answered(const std::string& key,
                                               const std::string& fingerprint) {
  auto row = db_.prepare("SELECT fingerprint, status, body FROM keys WHERE key = ?");
  if (!row.bind(key).step()) return std::nullopt;
  if (row.text(0) != fingerprint) throw KeyReused{};
  return Answered{row.integer(1), std::string{row.text(2)}};
}

void Books::remember(const std::string& key, const std::string& fingerprint,
                     const Answered& answer) {
  db_.prepare("INSERT INTO keys(key, fingerprint, status, body) VALUES(?, ?, ?, ?)")
      .run(key, fingerprint, answer.status, answer.body);
}

void Books::create(const Intent& it, const std::string& key, const std::string& fingerprint,
                   const Answered& answer) {
  db_.transaction([&] {
    db_.prepare(
           "INSERT INTO intents(id, payment, card, amount, currency, status, decline_code, created,"
           " confirmations, charged_at, refunded) VALUES(?, ?, ?, ?, ?, ?, '', ?, 0, 0, 0)")
        .run(it.id, it.payment, it.card, it.amount.in_minor_units(), it.amount.currency().text(),
             text_of(it.status), stored_time(it.created));
    remember(key, fingerprint, answer);
  });
}

std::optional<Intent> Books::find(const std::string& id) {
  auto row = db_.prepare("SELECT * FROM intents WHERE id = ?");
  if (!row.bind(id).step()) return std::nullopt;
  return read_intent(row);
}

std::vector<Intent> Books::of_payment(const std::string& payment) {
  auto row = db_.prepare("SELECT * FROM intents WHERE payment = ? ORDER BY created, id");
  std::vector<Intent> found;
  for (row.bind(payment); row.step();) found.push_back(read_intent(row));
  return found;
}

Intent Books::stored(const std::string& id) {
  auto intent = find(id);
  CHECK(intent, "an intent that was found a moment ago is still there");
  return *std::move(intent);
}

Intent Books::confirm(const std::string& id, const Card& card, Instant now) {
  return db_.transaction([&] {
    const auto before = stored(id);
    db_.prepare("UPDATE intents SET confirmations = confirmations + 1 WHERE id = ?").run(id);
    if (before.status != Status::requires_confirmation) return stored(id);
    if (!card.decline_code.empty()) {
      const auto charged_at =
          card.charged_after == Span{} ? 0 : stored_time(now + card.charged_after);
      db_.prepare(
             "UPDATE intents SET status = 'declined', decline_code = ?, charged_at = ? WHERE id = ?")
          .run(card.decline_code, charged_at, id);
      announce("payment_intent.payment_failed", id, card, now);
    } else {
      db_.prepare("UPDATE intents SET status = 'processing', charged_at = ? WHERE id = ?")
          .run(stored_time(now + card.charged_after), id);
      if (card.charged_after == Span{}) charge(id, card, now);
    }
    return stored(id);
  });
}

void Books::charge(const std::string& id, const Card& card, Instant at) {
  db_.prepare("UPDATE intents SET status = 'succeeded', charged_at = ? WHERE id = ?")
      .run(stored_time(at), id);
  db_.prepare(
         "INSERT INTO movements(is_refund, intent, payment, amount, currency, at)"
         " SELECT 0, id, payment, amount, currency, charged_at FROM intents WHERE id = ?")
      .run(id);
  announce("payment_intent.succeeded", id, card, at);
}

Intent Books::cancel(const std::string& id, const Card& card, Instant now) {
  return db_.transaction([&] {
    if (stored(id).status == Status::requires_confirmation) {
      db_.prepare("UPDATE intents SET status = 'canceled' WHERE id = ?").run(id);
      announce("payment_intent.canceled", id, card, now);
    }
    return stored(id);
  });
}

void Books::refund(const Refund& it, const Card& card, const std::string& key,
                   const std::string& fingerprint, const Answered& answer) {
  db_.transaction([&] {
    db_.prepare("UPDATE intents SET refunded = refunded + ? WHERE id = ?")
        .run(it.amount.in_minor_units(), it.intent);
    db_.prepare(
           "INSERT INTO movements(is_refund, intent, payment, amount, currency, at)"
           " VALUES(1, ?, ?, ?, ?, ?)")
        .run(it.intent, it.payment, it.amount.in_minor_units(), it.amount.currency().text(),
             stored_time(it.at));
    remember(key, fingerprint, answer);
    announce("charge.refunded", it.intent, card, it.at, &it);
  });
}

void Books::land_due(Instant now, const Pace& pace) {
  std::vector<Intent> due;
  {
    auto row = db_.prepare(
        "SELECT * FROM intents WHERE charged_at > 0 AND status <> 'succeeded' AND charged_at <= ?"
        " ORDER BY charged_at, id");
    for (row.bind(stored_time(now)); row.step();) due.push_back(read_intent(row));
  }
  if (due.empty()) return;
  db_.transaction([&] {
    for (const auto& intent : due)
      charge(intent.id, *card_of(intent.card, pace), intent.charged_at);
  });
}

std::vector<Movement> Books::movements(std::int64_t after, std::int64_t limit) {
  auto row = db_.prepare(
      "SELECT number, is_refund, intent, payment, amount, currency, at FROM movements"
      " WHERE number > ? ORDER BY number LIMIT ?");
  std::vector<Movement> found;
  for (row.bind(after, limit); row.step();)
    found.push_back({.number = row.integer(0),
                     .is_refund = row.integer(1) != 0,
                     .intent = std::string{row.text(2)},
                     .payment = std::string{row.text(3)},
                     .amount = read_money(row.integer(4), row.text(5)),
                     .at = read_time(row.integer(6))});
  return found;
}

// The event's id is made of what it tells, so a webhook delivered again carries the same one.
void Books::announce(std::string_view type, const std::string& intent, const Card& card, Instant at,
                     const Refund* refund) {
  std::string body;
  JsonWriter to{body};
  to.begin_object();
  to.member("id");
  to.text("evt_" + (refund ? refund->id : intent) + "_" +
          std::string{type.substr(type.find('.') + 1)});
  to.text("type", type);
  to.integer("created", stored_time(at));
  to.raw("intent", json_of(stored(intent)));
  if (refund) to.raw("refund", json_of(*refund));
  to.end_object();
  for (int i = 0; i < card.announcements; ++i)
    db_.prepare("INSERT INTO webhooks(body, attempts, due) VALUES(?, 0, ?)")
        .run(body, stored_time(at + card.announced_after));
}

std::vector<Webhook> Books::webhooks_due(Instant now) {
  auto row = db_.prepare(
      "SELECT number, body, attempts FROM webhooks WHERE due <= ? ORDER BY due, number LIMIT 64");
  std::vector<Webhook> due;
  for (row.bind(stored_time(now)); row.step();)
    due.push_back({row.integer(0), std::string{row.text(1)}, row.integer(2)});
  return due;
}

std::optional<Instant> Books::next_due() {
  auto row = db_.prepare(
      "SELECT min(due) FROM (SELECT min(due) AS due FROM webhooks WHERE due IS NOT NULL UNION ALL"
      " SELECT min(charged_at) FROM intents WHERE charged_at > 0 AND status <> 'succeeded')");
  row.bind().step();
  if (row.is_null(0)) return std::nullopt;
  return read_time(row.integer(0));
}

void Books::webhook_delivered(std::int64_t number) {
  db_.prepare("UPDATE webhooks SET attempts = attempts + 1, due = NULL WHERE number = ?")
      .run(number);
}

void Books::tidy() { db_.checkpoint(storage::Checkpoint::passive); }

void Books::webhook_failed(std::int64_t number, Instant next_try) {
  db_.prepare("UPDATE webhooks SET attempts = attempts + 1, due = ? WHERE number = ?")
      .run(stored_time(next_try), number);
}

std::string json_of(const Intent& it) {
  std::string json;
  JsonWriter to{json};
  to.begin_object();
  to.text("id", it.id);
  to.text("object", "payment_intent");
  to.text("payment", it.payment);
  to.text("status", text_of(it.status));
  write_money(to, it.amount);
  to.integer("created", stored_time(it.created));
  to.integer("confirmations", it.confirmations);
  to.integer("amount_refunded", it.refunded.in_minor_units());
  if (it.status == Status::succeeded) to.integer("charged_at", stored_time(it.charged_at));
  if (it.status == Status::declined) to.text("decline_code", it.decline_code);
  to.end_object();
  return json;
}

std::string json_of(const Refund& it) {
  std::string json;
  JsonWriter to{json};
  to.begin_object();
  to.text("id", it.id);
  to.text("object", "refund");
  to.text("payment_intent", it.intent);
  to.text("payment", it.payment);
  to.text("status", "succeeded");
  write_money(to, it.amount);
  to.integer("created", stored_time(it.at));
  to.end_object();
  return json;
}

std::string json_of(const Movement& it) {
  std::string json;
  JsonWriter to{json};
  to.begin_object();
  to.integer("number", it.number);
  to.text("kind", it.is_refund ? "refund" : "charge");
  to.text("payment_intent", it.intent);
  to.text("payment", it.payment);
  write_money(to, it.amount);
  to.integer("at", stored_time(it.at));
  to.end_object();
  return json;
}

}  // namespace madang::sandbox
