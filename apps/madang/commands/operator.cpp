#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>

#include "apps/madang/commands/commands.hpp"
#include "apps/madang/commands/data_folder.hpp"
#include "apps/madang/commands/engines.hpp"
#include "apps/madang/commands/log_to_stderr.hpp"
#include "apps/madang/options.hpp"
#include "chassis/security/passwords.hpp"
#include "chassis/security/person_keys.hpp"
#include "chassis/security/secrets.hpp"
#include "chassis/security/vault.hpp"
#include "chassis/storage/files.hpp"
#include "chassis/telemetry/time_text.hpp"
#include "identity/adapters/outbound/argon2_hasher.hpp"
#include "identity/adapters/outbound/attempts_in_memory.hpp"
#include "identity/adapters/outbound/breached_passwords_file.hpp"
#include "identity/adapters/outbound/derived_codes.hpp"
#include "identity/adapters/outbound/journal_accounts.hpp"
#include "identity/application/register_person.hpp"
#include "identity/application/reset_password.hpp"
#include "identity/application/roles.hpp"
#include "identity/application/second_factor.hpp"

namespace madang::app {
namespace {

struct Asked {
  std::string data = "data", email, name = "Operator", password_file, options_file;
  identity::FactorLoss why{};
};

// Its first line; without a file that of standard input.
std::string read_password(const std::string& path) {
  std::string password;
  if (path.empty()) {
    std::getline(std::cin, password);
  } else {
    std::ifstream file{path};
    if (!file) throw Cannot{"cannot read " + path};
    std::getline(file, password);
  }
  return password;
}

// What identity stands on in the running shop, with the same secrets and files.
class Identity {
 public:
  Identity(const DataFolder& folder, const Settings& settings)
      : place_{folder.make_place("identity")},
        engines_{{place_}},
        secrets_{files_, folder.path() + "/secrets"},
        accounts_{commands(), security::key_of(secrets_, engines_.runtime(), "email-key")},
        attempts_{engines_.runtime()},
        passwords_{engines_.runtime()},
        hasher_{passwords_},
        breached_{files_, settings.breached_passwords, log_},
        keys_{engines_.runtime(),
              place_.folder + "/keys.db",
              security::key_of(secrets_, engines_.runtime(), "master-key"),
              {}},
        vault_{engines_.runtime(), keys_} {}

  [[nodiscard]] bool has(const identity::EmailAddress& email) {
    return accounts_.find(accounts_.fingerprint_of(email)).has_value();
  }
  void register_person(const identity::EmailAddress& email, const std::string& name,
                       const std::string& password) {
    const auto answer = identity::register_person(
        {email, password, name, identity::Language::en, "localhost"}, new_request("add"),
        commands(), accounts_, attempts_, hasher_, breached_, keys_, vault_);
    if (answer.refused_because<identity::because::password_too_short>())
      throw Refused{"the password is too short; at least 15 characters"};
    if (answer.refused_because<identity::because::password_too_common>())
      throw Refused{"others would come upon the password soon; choose another"};
    if (answer.refused_because<identity::because::password_breached>())
      throw Refused{"the password is on the list of those that were stolen; choose another"};
  }
  void appoint(const identity::EmailAddress& email) {
    const auto answer =
        identity::appoint_operator({email}, new_request("add"), commands(), accounts_);
    if (!answer.value()) throw Refused{"the account was not made"};
  }
  [[nodiscard]] identity::ResetIsBegun begin_password_reset(const identity::EmailAddress& email,
                                                            std::chrono::milliseconds lasts) {
    identity::DerivedCodes codes{security::key_of(secrets_, engines_.runtime(), "refresh-key")};
    const auto answer =
        identity::begin_password_reset({email, std::nullopt, lasts}, new_request("reset"),
                                       commands(), commands(), accounts_, codes);
    if (!answer.value()) throw Refused{"nobody has an account with this address"};
    return *answer.value();
  }

  void remove_second_factor(const identity::EmailAddress& email, identity::FactorLoss why) {
    const auto answer = identity::remove_second_factor_at_machine(
        {email, why}, new_request("remove-factor"), commands(), accounts_);
    if (answer.refused_because<identity::because::person_unknown>())
      throw Refused{"nobody has an account with this address"};
    if (!answer.value()) throw Refused{"they have no second factor"};
  }

 private:
  chassis::Engine& commands() { return engines_.of("identity"); }
  chassis::RequestKey new_request(const std::string& command) {
    const auto chance = security::random_bytes(engines_.runtime(), 16);
    return chassis::RequestKey::of_request("identity", "the machine", "operator " + command, chance,
                                           {}, "requests/operator-" + command, {});
  }

  Place place_;
  storage::RealFileSystem files_;
  Engines engines_;
  security::SecretFolder secrets_;
  identity::JournalAccounts accounts_;
  identity::AttemptsInMemory attempts_;
  security::Passwords passwords_;
  identity::Argon2Hasher hasher_;
  LogToStderr log_;
  identity::BreachedPasswordsFile breached_;
  security::OwnedKeys keys_;
  security::KeyedVault vault_;
};

int add_one(const Asked& asked) {
  const auto email = identity::EmailAddress::parse(asked.email);
  if (!email) throw NotUnderstood{asked.email + " is no e-mail address"};
  storage::RealFileSystem{}.create_folder(
      asked.data);  // the first operator may come before the first start
  const DataFolder folder{asked.data, Use::change};
  Identity identity{folder, settings_given(asked.options_file, {}).settings};
  const bool is_known = identity.has(*email);
  if (!is_known) identity.register_person(*email, asked.name, read_password(asked.password_file));
  identity.appoint(*email);
  std::printf("%s is an operator%s\n", email->text().c_str(),
              is_known ? "; the password stays as it was" : "");
  return done;
}

int let_one_in(const Asked& asked) {
  const auto email = identity::EmailAddress::parse(asked.email);
  if (!email) throw NotUnderstood{asked.email + " is no e-mail address"};
  const DataFolder folder{asked.data, Use::change};
  const auto settings = settings_given(asked.options_file, {}).settings;
  const auto begun =
      Identity{folder, settings}.begin_password_reset(*email, settings.reset_code_lasts);
  std::fprintf(stderr, "good once, until %s, for POST /v1/password-resets/redemption\n",
               telemetry::time_text(begun.until).c_str());
  std::printf("%s\n", begun.code.c_str());
  return done;
}

int remove_factor(const Asked& asked) {
  const auto email = identity::EmailAddress::parse(asked.email);
  if (!email) throw NotUnderstood{asked.email + " is no e-mail address"};
  const DataFolder folder{asked.data, Use::change};
  Identity{folder, {}}.remove_second_factor(*email, asked.why);
  std::printf("%s signs in with the password alone from now on\n", email->text().c_str());
  return done;
}

void add_removing(CLI::App& command, Chosen& chosen, const std::shared_ptr<Asked>& asked) {
  using identity::FactorLoss;
  static const std::map<std::string, FactorLoss> losses{
      {"device_lost", FactorLoss::device_lost},
      {"device_stolen", FactorLoss::device_stolen},
      {"app_removed", FactorLoss::app_removed}};
  auto* removing = command.add_subcommand(
      "remove-factor",
      "Remove the second factor of someone who has neither app nor recovery code; the shop must be stopped");
  removing->add_option("--email", asked->email, "their e-mail address")->required();
  removing->add_option("--why", asked->why, "device_lost, device_stolen or app_removed")
      ->required()
      ->transform(CLI::CheckedTransformer(losses));
  removing->add_option("--data", asked->data, "the data folder")->capture_default_str();
  removing->footer(
      "For an operator whom no other operator can help; whose it was, and why, stands in `madang audit`. Example:\n"
      "  madang operator remove-factor --email kim@example.com --why device_lost");
  removing->callback([&chosen, asked] { chosen = [asked] { return remove_factor(*asked); }; });
}

}  // namespace

void add_operator(CLI::App& program, Chosen& chosen) {
  auto* command = program.add_subcommand("operator", "People who run the shop");
  command->require_subcommand(1);
  auto* adding = command->add_subcommand(
      "add",
      "Make someone an operator, with a new account unless the address has one; the shop must be stopped");
  const auto asked = std::make_shared<Asked>();
  adding->add_option("--email", asked->email, "their e-mail address")->required();
  adding->add_option("--name", asked->name, "their name")->capture_default_str();
  adding->add_option("--password-file", asked->password_file,
                     "a file whose first line is the password; without it, standard input");
  adding->add_option(
      "--config", asked->options_file,
      "the shop's TOML file of options, which may name a list of breached passwords");
  adding->add_option("--data", asked->data, "the data folder; made if it is not there")
      ->capture_default_str();
  adding->footer(
      "The password is never an argument, where other programs could read it. Examples:\n"
      "  madang operator add --email kim@example.com --password-file kim.txt\n"
      "  head -c 24 /dev/urandom | base64 | tee kim.txt | madang operator add --email kim@example.com");
  auto* resetting = command->add_subcommand(
      "reset",
      "Print a code with which someone who forgot their password chooses another; the shop must be stopped");
  resetting->add_option("--email", asked->email, "their e-mail address")->required();
  resetting->add_option("--config", asked->options_file,
                        "the shop's TOML file of options, which may say how long a code lasts");
  resetting->add_option("--data", asked->data, "the data folder")->capture_default_str();
  resetting->footer(
      "For an operator whom no other operator can help; whose code it is stands in `madang audit`. Example:\n"
      "  madang operator reset --email kim@example.com");
  resetting->callback([&chosen, asked] { chosen = [asked] { return let_one_in(*asked); }; });
  add_removing(*command, chosen, asked);
  command->footer(adding->get_footer());
  adding->callback([&chosen, asked] { chosen = [asked] { return add_one(*asked); }; });
}

}  // namespace madang::app
