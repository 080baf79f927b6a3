#include "tests/simulation/opening_day.hpp"

#include "identity/application/register_person.hpp"
#include "identity/application/roles.hpp"

namespace madang::simulation {

OpeningDay::OpeningDay(runtime::Runtime& runtime, storage::FileSystem& files,
                       const app::Settings& settings, const app::Surroundings& around,
                       chassis::Log& log)
    : runtime_{runtime},
      settings_{settings},
      around_{around},
      folder_{files, settings.data + "/secrets"},
      secrets_{around.secrets ? *around.secrets : folder_},
      signing_{secrets_, runtime},
      position_key_{secrets_, runtime, "position-key"},
      link_key_{secrets_, runtime, "link-key"},
      edge_{runtime, security::key_of(secrets_, runtime, "fingerprint-key"), position_key_,
            nullptr},
      keys_copier_{runtime, files, settings.data},
      ground_{runtime, files, settings_, around_,      secrets_, bus_,
              log,     edge_, nullptr,   keys_copier_, {}},
      identity_{ground_, signing_, link_key_} {
  identity_.at_work.start();
}

void OpeningDay::appoint(const std::string& email, const std::string& password) {
  const auto address = identity::EmailAddress::parse(email).value();
  auto& engine = identity_.at_work.engine();
  const auto registered = identity::register_person(
      {address, password, "The first operator", identity::Language::en, "localhost"},
      request("register"), engine, identity_.accounts, identity_.attempts, identity_.hasher,
      identity_.breached, identity_.keys, identity_.vault);
  const auto appointed =
      identity::appoint_operator({address}, request("appoint"), engine, identity_.accounts);
  if (!registered.value() || !appointed.value())
    throw std::logic_error{"the shop refuses its first operator"};
}

std::string OpeningDay::webhook_key() {
  return security::key_of(secrets_, runtime_, "webhook-key");
}

chassis::RequestKey OpeningDay::request(const std::string& name) const {
  return chassis::RequestKey::of_request("identity", "the machine", "operator add", name, {},
                                         "requests/operator-add", {});
}

}  // namespace madang::simulation
