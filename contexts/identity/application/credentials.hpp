#pragma once
// What a person's password is checked against. Sealed, like all that tells who someone is.
#include "chassis/ports/parts.hpp"
#include "chassis/ports/rows.hpp"
#include "identity/domain/person.hpp"

namespace madang::identity {

struct PasswordHashes {
  using Key = PersonId;
  using Reads = OneOf<Person>;
  using Ends = OneOf<PersonErased>;
  using Ignores = OneOf<RoleGiven, RoleTaken, SignedOutEverywhere, ExportAsked, ErasureAsked,
                        LastKeyDue, PersonForgotten>;
  struct Row {
    Personal<std::string> password_hash;
  };

  static Row start(const PersonRegistered& it) { return {it.password_hash}; }
  static Row evolve(Row, const PasswordHashRenewed& it) { return {it.password_hash}; }
};

struct PasswordHashOf {
  using Result = std::optional<Personal<std::string>>;
  PersonId person;
};
std::optional<Personal<std::string>> password_hash_of(const PasswordHashOf&,
                                                      const chassis::Rows<PasswordHashes>&);

}  // namespace madang::identity
