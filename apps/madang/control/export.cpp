// What the shop holds about someone who cannot ask it by themselves, written to a file that its account alone can
// read. Who had it done stands on record before the file is there.
#include "apps/madang/control/desk.hpp"
#include "apps/madang/control/exits.hpp"
#include "chassis/security/secrets.hpp"
#include "chassis/storage/files.hpp"
#include "identity/application/ask_export.hpp"
#include "identity/application/ports/outbound/accounts.hpp"
#include "identity/application/ports/outbound/personal_archive.hpp"

namespace madang::app {
namespace {

kernel::PersonId person_of(const std::string& whom, identity::Accounts& accounts) {
  if (const auto person = kernel::PersonId::parse(whom)) return *person;
  const auto email = identity::EmailAddress::parse(whom);
  if (!email) throw NotUnderstood{whom + " is neither an e-mail address nor a person's id"};
  const auto account = accounts.find(accounts.fingerprint_of(*email));
  if (!account) throw Refused{"nobody has an account with this address"};
  return account->person;
}

}  // namespace

Said Desk::export_person(const Question& asked, const std::string& who) {
  if (!accounts_) throw Cannot{"people's accounts are in another process of this shop"};
  const auto person = person_of(asked.whom, *accounts_);
  storage::RealFileSystem files;
  if (files.exists(asked.path)) throw Cannot{asked.path + " is there already"};
  const auto chance = security::random_bytes(runtime_, 16);
  const auto request = chassis::RequestKey::of_request("identity", "the machine", "export", chance,
                                                       {}, "requests/export", {});
  const auto answer = identity::ask_export({person, identity::ExportedFor::the_shop, who}, request,
                                           engine("identity"));
  if (!answer.value())
    throw Refused{"nobody is registered under this id, or they are being forgotten"};
  const auto bytes = archive_->of(person);
  files.write_durably(asked.path, bytes);
  return {done,
          asked.path + ": " + std::to_string(bytes.size()) + " bytes about " + person.text() + "\n",
          {}};
}

}  // namespace madang::app
