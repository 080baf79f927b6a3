#include "chassis/security/principal.hpp"

#include <string>
#include <vector>

#include "chassis/ports/failures.hpp"

namespace madang::security {
namespace {

constexpr std::string_view reserved = "Madang-";
constexpr std::string_view clients_own = "Madang-Position";

std::set<std::string, std::less<>> roles_in(std::string_view list) {
  std::set<std::string, std::less<>> roles;
  while (!list.empty()) {
    const auto end = list.find(',');
    const auto role = list.substr(0, end);
    if (role.empty()) throw chassis::Corrupt{"Madang-Roles names an empty role"};
    roles.emplace(role);
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  }
  return roles;
}

std::string joined(const std::set<std::string, std::less<>>& roles) {
  std::string list;
  for (const auto& role : roles) {
    if (!list.empty()) list += ',';
    list += role;
  }
  return list;
}

}  // namespace

Principal principal_of(const http::Headers& headers) {
  Principal principal;
  if (const auto text = headers.get(person_header)) {
    principal.person = kernel::PersonId::parse(*text);
    if (!principal.person) throw chassis::Corrupt{"Madang-Person is no person's id"};
  }
  if (const auto list = headers.get(roles_header)) principal.roles = roles_in(*list);
  principal.session = headers.get(session_header).value_or("");
  principal.client = headers.get(client_header).value_or("");
  return principal;
}

void set_principal(http::Headers& headers, const Principal& principal) {
  if (principal.person) headers.set(person_header, principal.person->text());
  headers.set(roles_header, joined(principal.roles));
  if (!principal.session.empty()) headers.set(session_header, principal.session);
  if (!principal.client.empty()) headers.set(client_header, principal.client);
}

void strip_principal(http::Headers& headers) {
  std::vector<std::string> forged;
  for (const auto& [name, value] : headers) {
    if (http::equal_ignoring_case(std::string_view{name}.substr(0, reserved.size()), reserved) &&
        !http::equal_ignoring_case(name, clients_own)) {
      forged.push_back(name);
    }
  }
  for (const auto& name : forged) headers.remove(name);
}

}  // namespace madang::security
