#pragma once
// The contexts that a person has to do with, as they run in production, on one simulated machine with its
// disk: what erasing one means for all of them. The test is the catalog and the payment provider.
#include "chassis/security/person_keys.hpp"
#include "chassis/security/secrets.hpp"
#include "chassis/security/vault.hpp"
#include "chassis/testing/scenario.hpp"
#include "chassis/testing/town.hpp"
#include "customer/customer.hpp"
#include "customer/domain/profile.hpp"
#include "identity/application/erase_person.hpp"
#include "identity/application/erasures.hpp"
#include "identity/identity.hpp"
#include "payment/adapters/inbound/account_settler.hpp"
#include "payment/payment.hpp"
#include "rental/application/ports/outbound/edition_files.hpp"
#include "rental/domain/rental.hpp"
#include "rental/rental.hpp"

namespace madang::erasure {

using namespace std::chrono_literals;
using chassis::Commands;
using kernel::EditionId, kernel::Money, kernel::PaymentId, kernel::PersonId, kernel::RentalId;
using testing::july, testing::named;

inline const auto kim = named<PersonId>("kim"), lee = named<PersonId>("lee");
inline const auto price = Money::won(3000);
inline const std::string sha256(64, 'a'),
    kims_address = "kim.minsu@example.com", kims_name = "Kim Minsu",
    kims_fingerprint = "the digest of kim's address";

// What a context is given as its keys, though they are opened anew at each start.
struct KeysNow final : chassis::KeyDestroyer {
  security::PersonKeys* keys = nullptr;
  int away = 0;  // so often the disk does not answer
  void destroy_key(const PersonId& person) override {
    if (!keys || away-- > 0) throw chassis::Unavailable{"the keys"};
    keys->destroy_key(person);
  }
};
struct NoFiles final : rental::EditionFiles {
  void fetch(const EditionId&, const std::string&, std::int64_t) override {}
};
struct Desk final : security::KeyDesk {
  security::OwnedKeys* keys = nullptr;
  security::KeyOrErased pull(const PersonId& person) override {
    return keys->hand_out(person, "customer");
  }
};

class Shop {
 public:
  // Payment looks so often whether an account is settled.
  explicit Shop(std::uint64_t seed = 1, runtime::Duration looks_every = 5s)
      : town{seed}, looks_every_{looks_every} {
    town.add(*identity_, with(keys_of_identity));
    town.add(*customer_, with(keys_of_customer));
    town.add(*payment_);
    chassis::PortsOf files;
    files.provide<rental::EditionFiles>(files_);
    town.add(*rental_, files);
    open();
  }
  ~Shop() {
    close();
    town.stop();
  }
  void open() {
    town.storage.files().create_folder("town/identity");
    town.storage.files().create_folder("town/customer");
    town.run([&] {
      owned = std::make_unique<security::OwnedKeys>(town.process(), "town/identity/keys.db", master,
                                                    identity::keepers_of_keys);
      desk_.keys = owned.get();
      pulled = std::make_unique<security::PulledKeys>(town.process(), "town/customer/keys.db",
                                                      master, desk_);
    });
    keys_of_identity.keys = owned.get();
    keys_of_customer.keys = pulled.get();
    town.start();
    settler_ = std::make_unique<payment::AccountSettler>(town.process(), town.engine("payment"),
                                                         looks_every_);
    town.process().spawn("accounts", [this] { settler_->run(); });
  }
  void lose_power() {
    town.lose_power();
    close();
    open();
  }

  template <class Command>
  auto give(const std::string& context, const Command& command) {
    const auto once = std::to_string(++given_);
    return town.run([&] {
      const auto key =
          chassis::RequestKey::of_request("test", kim, "give", once, {}, "requests/test", {});
      return static_cast<Commands&>(town.engine(context)).run(command, key.step("give"));
    });
  }

  template <class Command>
  void happens(const std::string& context, const Command& command) {
    EXPECT_FALSE(give(context, command).refused());
  }

  // ---- kim
  void registers(const PersonId& who = kim) {
    const auto sealed = town.run([&] {
      owned->make_key(who);
      security::KeyedVault vault{town.process(), *owned};
      return std::vector{vault.seal(who, "email", kims_address), vault.seal(who, "name", kims_name),
                         vault.seal(who, "password_hash", std::string{"a hash"})};
    });
    EXPECT_FALSE(
        give("identity",
             identity::RegisterPerson{
                 who, {kims_fingerprint}, sealed[0], sealed[1], sealed[2], identity::Language::ko})
            .refused());
    town.settle();
  }
  // As the customer's page does: customer pulls the key.
  bool can_read_their_name() {
    return town.run([&] {
      security::KeyedVault vault{town.process(), *pulled};
      const auto sealed = vault_sample(who_sealed());
      return std::holds_alternative<std::string>(vault.open(sealed, "name"));
    });
  }
  void asks_to_be_erased() {
    EXPECT_FALSE(give("identity", identity::AskErasure{kim}).refused());
    town.settle();
  }
  std::optional<identity::Erasures::Row> erasure() {
    return town.run([&] {
      auto& identity = town.engine("identity");
      return static_cast<Commands&>(identity).ask(identity::ErasureOf{kim}, identity.head());
    });
  }
  bool is_forgotten() {
    const auto row = erasure();
    return row && row->state == identity::ErasureState::done;
  }
  bool is_erased(security::PersonKeys& keys) {
    return town.run([&] { return std::holds_alternative<kernel::Erased>(keys.key_of(kim)); });
  }

  // ---- books
  void lends(const EditionId& book, int licences = 1) {
    happens("rental", rental::SetTerms{book, price, 7, licences, 0, std::nullopt});
    happens("rental", rental::ExpectFile{book, sha256, 1000});
    happens("rental", rental::NoteFileReady{book, sha256, 1000});
  }
  static RentalId rental_of(const std::string& what) { return named<RentalId>(what + " loan"); }
  static PaymentId payment_of(const std::string& what) { return named<PaymentId>(what + " pay"); }
  auto holds(const std::string& what, const PersonId& who = kim) {
    const auto book = named<EditionId>(what);
    return give("rental", rental::HoldLicence{book,
                                              who,
                                              named<rental::HoldId>(what + " hold"),
                                              payment_of(what),
                                              rental_of(what),
                                              price,
                                              "Asia/Seoul",
                                              10,
                                              {}});
  }
  void begins_to_pay(const std::string& what, const PersonId& who = kim) {
    happens("payment", payment::BeginPayment{payment_of(what), price, town.now() + 8min, who,
                                             payment::Purpose::rental});
    happens("payment", payment::ConfirmPayment{payment_of(what), {"intent " + what}});
  }
  void is_charged(const std::string& what) {
    happens("payment",
            payment::RecordCaptured{payment_of(what), {"intent " + what}, price, town.now()});
    town.settle();
  }
  void rents(const std::string& what, const PersonId& who = kim) {
    lends(named<EditionId>(what));
    EXPECT_FALSE(holds(what, who).refused());
    begins_to_pay(what, who);
    is_charged(what);
    EXPECT_EQ(ended(what), "on loan");
  }
  void opens(const std::string& what) {
    EXPECT_FALSE(
        give("rental", rental::OpenBook{rental_of(what), named<EditionId>(what), kim, 15min})
            .refused());
  }
  // What the provider has given back, once it is asked to.
  void is_paid_back(const std::string& what) {
    happens("payment",
            payment::RecordRefunded{payment_of(what), {"refund " + what}, price, town.now()});
    town.settle();
  }
  std::string ended(const std::string& what) {
    town.settle();
    return town.run([&]() -> std::string {
      std::string last = "never lent";
      const auto stream = "Rental/" + rental_of(what).text();
      for (const auto& event : town.engine("rental").read_journal()->stream(stream))
        if (event.type == "RentalStarted") last = "on loan";
        else if (event.type == "BookReturned") last = "returned";
        else if (event.type == "RentalCancelled") last = "cancelled";
      return last;
    });
  }

  // ---- the disk: in what is read back, or in what would survive a power loss
  bool has_on_disk(std::string_view bytes) {
    const auto holds = [&](const std::vector<std::byte>& content) {
      const std::string_view all{reinterpret_cast<const char*>(content.data()), content.size()};
      return all.find(bytes) != std::string_view::npos;
    };
    auto& disk = town.storage.disk("town");
    for (const auto* context : {"identity", "customer", "payment", "rental"}) {
      const auto folder = std::string{"town/"} + context;
      for (const auto& name : disk.list(folder)) {
        const auto file = disk.find(folder + "/" + name);
        if (file && (holds(file->cached) || holds(file->durable))) return true;
      }
    }
    return false;
  }
  std::vector<std::string> wrapped_keys() {
    return town.run([&] {
      std::vector<std::string> all;
      for (const auto* path : {"town/identity/keys.db", "town/customer/keys.db"}) {
        storage::Database db{path, storage::Synchronous::full, storage::Open::read_only};
        auto rows = db.prepare("SELECT wrapped FROM keys");
        while (rows.step()) all.emplace_back(rows.blob_text(0));
      }
      return all;
    });
  }

  testing::Town town;
  KeysNow keys_of_identity, keys_of_customer;
  std::unique_ptr<security::OwnedKeys> owned;
  std::unique_ptr<security::PulledKeys> pulled;

 private:
  static chassis::PortsOf with(KeysNow& keys) {
    chassis::PortsOf ports;
    ports.provide<chassis::KeyDestroyer>(keys);
    return ports;
  }
  void close() {
    keys_of_identity.keys = keys_of_customer.keys = nullptr;
    pulled.reset();
    owned.reset();
  }
  // The name as customer keeps it.
  std::string who_sealed() {
    for (const auto& event :
         town.engine("customer").read_journal()->stream("Profile/" + kim.text()))
      if (event.type == "ProfileOpened") return event.payload;
    throw std::logic_error{"kim has no profile"};
  }
  static kernel::Personal<std::string> vault_sample(const std::string& opened) {
    return chassis::decode<customer::ProfileOpened>(opened).name;
  }

  const std::string master = std::string(security::key_size, 'm');
  std::unique_ptr<chassis::Context> identity_ = identity::identity_context(),
                                    customer_ = customer::customer_context(),
                                    payment_ = payment::payment_context(),
                                    rental_ = rental::rental_context();
  const runtime::Duration looks_every_;
  NoFiles files_;
  Desk desk_;
  std::unique_ptr<payment::AccountSettler> settler_;
  int given_ = 0;
};

}  // namespace madang::erasure
