#include <CLI/CLI.hpp>
#include <filesystem>

#include "apps/madang/commands/at_work.hpp"
#include "apps/madang/commands/commands.hpp"
#include "apps/madang/personal_archive.hpp"
#include "chassis/security/person_keys.hpp"
#include "chassis/security/secrets.hpp"
#include "chassis/security/vault.hpp"
#include "chassis/storage/files.hpp"
#include "identity/adapters/outbound/journal_accounts.hpp"

namespace madang::app {
namespace {

struct Asked {
  std::string data = "data", email, person, out;
};

// What the desk of a stopped shop opens people's data with.
class PersonalDataReached {
 public:
  PersonalDataReached(Desk& desk, runtime::Runtime& runtime, const std::string& data)
      : secrets_{files_, data + "/secrets"},
        accounts_{desk.engine("identity"), security::key_of(secrets_, runtime, "email-key")},
        keys_{runtime,
              data + "/identity/keys.db",
              security::key_of(secrets_, runtime, "master-key"),
              {}},
        vault_{runtime, keys_},
        archive_{runtime} {
    for (auto* engine : desk.engines()) {
      held_.add(*engine, &vault_);
      archive_.add(engine->context().name(), held_);
    }
    desk.export_from(accounts_, archive_);
  }

 private:
  storage::RealFileSystem files_;
  security::SecretFolder secrets_;
  identity::JournalAccounts accounts_;
  security::OwnedKeys keys_;
  security::KeyedVault vault_;
  PersonalDataHere held_;
  PersonalArchive archive_;
};

int export_one(const Asked& asked) {
  const auto introduce = [&](Desk& desk, runtime::Runtime& runtime) {
    return std::make_shared<PersonalDataReached>(desk, runtime, asked.data);
  };
  return have_done(
      asked.data,
      {.command = "export",
       .whom = asked.person.empty() ? asked.email : asked.person,
       .path = std::filesystem::weakly_canonical(std::filesystem::absolute(asked.out)).string()},
      introduce);
}

}  // namespace

void add_export(CLI::App& program, Chosen& chosen) {
  auto* command = program.add_subcommand(
      "export", "Write what the shop holds about one person to a ZIP archive; it is on record");
  const auto asked = std::make_shared<Asked>();
  auto* whom = command->add_option_group("whom");
  whom->add_option("--email", asked->email, "their e-mail address");
  whom->add_option("--person", asked->person, "their id");
  whom->require_option(1);
  command->add_option("--out", asked->out, "the file to make; it must not be there yet")
      ->required();
  command->add_option("--data", asked->data, "the data folder")->capture_default_str();
  command->footer(
      "For people who ask for it by letter; those who can sign in ask the shop themselves. Works beside a\n"
      "running shop, whose account then owns the file, and on a stopped one's folder. Examples:\n"
      "  madang export --email kim@example.com --out kim.zip\n"
      "  madang export --person 01890a5d-ac96-774b-bcce-b302099a8057 --out /srv/letters/kim.zip --data /srv/madang");
  command->callback([&chosen, asked] { chosen = [asked] { return export_one(*asked); }; });
}

}  // namespace madang::app
