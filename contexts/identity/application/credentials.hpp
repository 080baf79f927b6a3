#pragma once
// What a person's password, or the code by which they may choose another, is checked against, and whose address it must not be
// like. Sealed, like all that tells who someone is.
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
    std::optional<PendingReset> reset;
  };

  static Row start(const PersonRegistered& it) { return {it.email, it.password_hash, {}}; }
  static Row evolve(Row row, const PasswordHashRenewed& it) {
    row.password_hash = it.password_hash;
    return row;
  }
  static Row evolve(Row row, const PasswordChanged& it) {
    return {row.email, it.password_hash, {}};
  }
  static Row evolve(Row row, const PasswordResetBegun& it) {
    row.reset = {it.code, it.until};
    return row;
  }
  static Row evolve(Row row, const PasswordReset& it) { return {row.email, it.password_hash, {}}; }
};

struct PasswordHashOf {
  using Result = std::optional<PasswordHashes::Row>;
  PersonId person;
};
PasswordHashOf::Result password_hash_of(const PasswordHashOf&,
                                        const chassis::Rows<PasswordHashes>&);

}  // namespace madang::identity
