#pragma once
// What a person's password, the code by which they may choose another, or a code of their app is checked against, and whose address
// a password must not be like. Sealed, like all that tells who someone is.
#include <utility>

#include "chassis/ports/parts.hpp"
#include "chassis/ports/rows.hpp"
#include "identity/domain/second_factor.hpp"

namespace madang::identity {

struct PasswordHashes {
  using Key = PersonId;
  using Reads = OneOf<Person>;
  using Ends = OneOf<PersonErased>;
  using Ignores =
      OneOf<RoleGiven, RoleTaken, OneTimeCodeUsed, RecoveryCodeUsed, SignedOutEverywhere,
            SessionsEndedByOperator, ExportAsked, ErasureAsked, LastKeyDue, PersonForgotten>;
  struct Row {
    Personal<std::string> email, password_hash;
    std::optional<PendingReset> reset = {};
    std::optional<KeptFactor> pending_factor = {}, second_factor = {};
  };

  static Row start(const PersonRegistered& it) { return {it.email, it.password_hash}; }
  static Row evolve(Row row, const PasswordHashRenewed& it) {
    row.password_hash = it.password_hash;
    return row;
  }
  static Row evolve(Row row, const PasswordChanged& it) {
    return {row.email, it.password_hash, {}, {}, row.second_factor};
  }
  static Row evolve(Row row, const PasswordResetBegun& it) {
    row.reset = {it.code, it.until};
    return row;
  }
  static Row evolve(Row row, const PasswordReset& it) {
    return {row.email, it.password_hash, {}, {}, row.second_factor};
  }
  static Row evolve(Row row, const SecondFactorBegun& it) {
    row.pending_factor = {it.factor, it.secret};
    return row;
  }
  static Row evolve(Row row, const SecondFactorConfirmed&) {
    row.second_factor = std::exchange(row.pending_factor, {});
    return row;
  }
  static Row evolve(Row row, const SecondFactorRemoved&) {
    row.second_factor.reset();
    return row;
  }
  static Row evolve(Row row, const SecondFactorRemovedByOperator&) {
    row.second_factor.reset();
    return row;
  }
};

struct PasswordHashOf {
  using Result = std::optional<PasswordHashes::Row>;
  PersonId person;
};
PasswordHashOf::Result password_hash_of(const PasswordHashOf&,
                                        const chassis::Rows<PasswordHashes>&);

}  // namespace madang::identity
