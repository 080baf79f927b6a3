#include "chassis/security/vault.hpp"

#include "chassis/security/aead.hpp"
#include "chassis/security/sha256.hpp"

namespace madang::security {
namespace {

// The person is of fixed length, so nothing of it can pass for the field.
std::string about(const kernel::PersonId& person, std::string_view field) {
  return "personal" + std::string{as_text(person.bytes())} + std::string{field};
}

}  // namespace

std::string KeyedVault::seal_bytes(const kernel::PersonId& person, std::string_view field,
                                   std::string_view bytes) {
  const auto key = keys_.key_of(person);
  if (!std::holds_alternative<PersonKey>(key)) throw chassis::Conflict{"this person was erased"};
  return seal_box(runtime_, std::get<PersonKey>(key).bytes(), about(person, field), bytes);
}

std::optional<std::string> KeyedVault::open_bytes(const kernel::PersonId& person,
                                                  std::string_view field, std::string_view sealed) {
  const auto key = keys_.key_of(person);
  if (!std::holds_alternative<PersonKey>(key)) return std::nullopt;
  auto bytes = open_box(std::get<PersonKey>(key).bytes(), about(person, field), sealed);
  if (!bytes) {
    throw chassis::Corrupt{"what is kept as " + std::string{field} + " of " + person.text() +
                           " was not sealed as that"};
  }
  return bytes;
}

}  // namespace madang::security
