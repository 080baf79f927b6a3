#pragma once
// Who asks: a person with roles, in a session, through a client; or nobody known, who is "anyone".
// The gateway makes it from a token and passes it on in headers; contexts read it from there, trust
// nothing else, and decide for themselves what it may do.
//
//   Madang-Person:  the person's id            absent for anyone
//   Madang-Roles:   slugs joined by commas     "customer,book-manager"
//   Madang-Session: the sign-in's id           absent for anyone
//   Madang-Client:  the client's id            absent when unknown
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "chassis/http/message.hpp"
#include "kernel/ids.hpp"

namespace madang::security {

inline constexpr std::string_view anyone = "anyone";  // the role of who did not sign in
inline constexpr std::string_view signed_in =
    "signed_in";  // the role of who did, whatever else they may do
inline constexpr std::string_view person_header = "Madang-Person";
inline constexpr std::string_view roles_header = "Madang-Roles";
inline constexpr std::string_view session_header = "Madang-Session";
inline constexpr std::string_view client_header = "Madang-Client";

struct Principal {
  std::optional<kernel::PersonId> person;
  std::set<std::string, std::less<>> roles{std::string{anyone}};
  std::string session, client;

  // Everybody has the role "anyone" too, and who is known "signed_in".
  [[nodiscard]] bool has(std::string_view role) const {
    return role == anyone || (role == signed_in && person) || roles.contains(role);
  }
  friend bool operator==(const Principal&, const Principal&) = default;
};

// Throws Corrupt for headers that no gateway writes: something stands in between that should not.
Principal principal_of(const http::Headers&);

void set_principal(http::Headers&, const Principal&);

// Removes each header whose name begins with Madang-, in any case: only the gateway may write them.
// Not Madang-Position, which clients bring back as they got it, signed.
void strip_principal(http::Headers&);

}  // namespace madang::security
