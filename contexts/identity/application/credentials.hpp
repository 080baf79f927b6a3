#pragma once
// What a person's password is checked against, and whose address it must not be like. Sealed, like all that tells who someone is.
#include "chassis/ports/parts.hpp"
#include "chassis/ports/rows.hpp"
#include "identity/domain/person.hpp"

namespace madang::identity {

struct PasswordHashes {
  using Key = PersonId;
  using Reads = OneOf<Person>;
  using Ends = OneOf<PersonErased>;
  using Ignores = OneOf<RoleGiven, RoleTaken, SignedOutEverywhere, SessionsEndedByOperator,
                        ExportAsked, ErasureAsked, LastKeyDue, PersonForgotten>;
  struct Row {
    Personal<std::string> email, password_hash;
  };

  static Row start(const PersonRegistered& it) { return {it.email, it.password_hash}; }
  static Row evolve(Row row, const PasswordHashRenewed& it) {
    return {row.email, it.password_hash};
  }
  static Row evolve(Row row, const PasswordChanged& it) { return {row.email, it.password_hash}; }
};

struct PasswordHashOf {
  using Result = std::optional<PasswordHashes::Row>;
  PersonId person;
};
PasswordHashOf::Result password_hash_of(const PasswordHashOf&,
                                        const chassis::Rows<PasswordHashes>&);

}  // namespace madang::identity
