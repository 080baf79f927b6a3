#pragma once
// Someone proves who they are by address and password, and by their second factor when one is in force; a session begins, and the
// one that it replaces ends. An unknown address and a wrong password are told apart neither by the answer nor by its
// time; that there is a second factor is told only to who has the password.
#include "chassis/ports/commands.hpp"
#include "chassis/ports/vault.hpp"
#include "identity/application/ports/outbound/accounts.hpp"
#include "identity/application/ports/outbound/attempts.hpp"
#include "identity/application/ports/outbound/factor_secrets.hpp"
#include "identity/application/ports/outbound/password_hasher.hpp"
#include "identity/application/ports/outbound/tokens.hpp"

namespace madang::identity {

struct Credentials {
  EmailAddress email;
  std::string password;
  ClientName client;
  std::string from;  // network address
  std::chrono::milliseconds unused = unused_at_most;
  std::optional<std::string> replaces = {};  // a refresh token of the session on this device before
  std::optional<std::string> code = {};      // of their app, or a recovery code
  Instant now = {};
  SecondFactorFor demanded_of = SecondFactorFor::nobody;
};
struct SignedIn {
  PersonId person;
  std::set<Role> roles;
  AccessToken access;
  std::string refresh_token;
  Instant until;  // the session ends, unless it is used
};

using SignInAnswer =
    kernel::Answer<SignedIn, OneOf<because::sign_in_failed, because::second_factor_needed,
                                   because::second_factor_wrong, because::too_many_attempts>>;

SignInAnswer sign_in(const Credentials&, const chassis::RequestKey&,
                     chassis::Gives<BeginSession, EndSession, RenewPasswordHash>, Accounts&,
                     Attempts&, PasswordHasher&, FactorSecrets&, Tokens&, chassis::Vault&);

}  // namespace madang::identity
