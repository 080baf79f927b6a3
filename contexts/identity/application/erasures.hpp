#pragma once
// Who asked to be forgotten, and how far that has come. The pseudonymous id stays, and says nothing once the
// keys are gone.
#include "chassis/ports/parts.hpp"
#include "chassis/ports/rows.hpp"
#include "identity/domain/erasure.hpp"

namespace madang::identity {

enum class ErasureState { ending_business, destroying_keys, done };

struct Erasures {
  using Key = PersonId;
  struct Row {
    PersonId person;
    ErasureState state;
    Instant asked_at;
    Instant at_latest;
    std::optional<Instant> done_at;
  };
  using Indexed = chassis::Columns<&Row::state, &Row::asked_at>;
  using Reads = OneOf<Person>;
  using Ignores =
      OneOf<PersonRegistered, RoleGiven, RoleTaken, PasswordHashRenewed, PasswordChanged,
            PasswordResetBegun, PasswordReset, SignedOutEverywhere, SecondFactorBegun,
            SecondFactorConfirmed, OneTimeCodeUsed, RecoveryCodeUsed, SecondFactorRemoved,
            SecondFactorRemovedByOperator, SessionsEndedByOperator, ExportAsked, LastKeyDue>;

  static Row start(const ErasureAsked& it) {
    return {it.person, ErasureState::ending_business, it.asked_at, it.at_latest, {}};
  }
  static Row evolve(Row row, const PersonErased&) {
    row.state = ErasureState::destroying_keys;
    return row;
  }
  static Row evolve(Row row, const PersonForgotten& it) {
    row.state = ErasureState::done;
    row.done_at = it.forgotten_at;
    return row;
  }
};

struct ErasureOf {
  using Result = std::optional<Erasures::Row>;
  PersonId person;
};
ErasureOf::Result erasure_of(const ErasureOf&, const chassis::Rows<Erasures>&);

// The latest first.
struct AllErasures {
  using Result = chassis::Page<Erasures::Row>;
  chassis::PageRequest page;
};
AllErasures::Result all_erasures(const AllErasures&, const chassis::Rows<Erasures>&);

// What an alarm rests on: an erasure that has not come to its end in time is a fault of the shop.
struct ErasuresOpen {
  struct Result {
    std::int64_t open, overdue;
    std::optional<Instant> oldest;  // of the open ones: when it was asked for
  };
  Instant now;
};
ErasuresOpen::Result erasures_open(const ErasuresOpen&, const chassis::Rows<Erasures>&);

}  // namespace madang::identity
