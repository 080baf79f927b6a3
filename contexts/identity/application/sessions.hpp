#pragma once
// Where someone is signed in, as they see it themselves; and what ends it from elsewhere: they themselves,
// for one of their sessions, or an operator, for all of a person's.
#include "chassis/ports/commands.hpp"
#include "chassis/ports/parts.hpp"
#include "chassis/ports/rows.hpp"
#include "identity/domain/session.hpp"

namespace madang::identity {

// That have not ended by themselves; those that ended together with others are found out by their round.
struct OpenSessions {
  using Key = SessionId;
  using Reads = OneOf<Session>;
  using Ends = OneOf<SessionEnded>;
  struct Row {
    SessionId session;
    PersonId person;
    ClientName client;
    Instant began, used;
    Instant until;  // unless it is used
    std::int64_t round;
  };
  using Indexed = chassis::Columns<&Row::person>;

  static Row start(const SessionBegun& it, const chassis::Happened& happened) {
    return {it.session, it.person, it.client, happened.at, happened.at, it.until, it.round};
  }
  static Row evolve(Row row, const TokenRotated& it) {
    row.used = it.rotated_at;
    row.until = it.until;
    return row;
  }
};

// Of each person.
struct Rounds {
  using Key = PersonId;
  using Reads = OneOf<Person>;
  using Ends = OneOf<ErasureAsked>;
  using Ignores = OneOf<RoleGiven, RoleTaken, PasswordHashRenewed, PasswordResetBegun,
                        SecondFactorBegun, OneTimeCodeUsed, RecoveryCodeUsed, ExportAsked,
                        PersonErased, LastKeyDue, PersonForgotten>;
  struct Row {
    std::int64_t round;
    std::optional<SessionId> spared;
  };

  static Row start(const PersonRegistered&) { return {0, {}}; }
  static Row evolve(Row row, const SignedOutEverywhere&) { return {row.round + 1, {}}; }
  static Row evolve(Row row, const SessionsEndedByOperator&) { return {row.round + 1, {}}; }
  static Row evolve(Row row, const PasswordChanged& it) { return {row.round + 1, it.spared}; }
  static Row evolve(Row row, const PasswordReset&) { return {row.round + 1, {}}; }
  static Row evolve(Row row, const SecondFactorConfirmed& it) { return {row.round + 1, it.spared}; }
  static Row evolve(Row row, const SecondFactorRemoved& it) { return {row.round + 1, it.spared}; }
  static Row evolve(Row row, const SecondFactorRemovedByOperator&) { return {row.round + 1, {}}; }
};

// The hundred that were used last, the latest first.
struct SessionsOf {
  using Result = std::vector<OpenSessions::Row>;
  PersonId person;
  Instant now;
};
SessionsOf::Result sessions_of(const SessionsOf&, const chassis::Rows<OpenSessions>&,
                               const chassis::Rows<Rounds>&);

struct OtherSession {
  PersonId person;
  SessionId session;
};
struct PersonsSessions {
  PersonId person;
  PersonId by;
  EndingReason why;
};
struct SessionsAreEnded {};

using EndSessionAnswer = kernel::Answer<SessionsAreEnded, kernel::RefusalsOf<EndOtherSession>>;
using EndSessionsAnswer = kernel::Answer<SessionsAreEnded, kernel::RefusalsOf<EndSessionsOf>>;

chassis::Later<EndSessionAnswer> end_session(const OtherSession&, const chassis::RequestKey&,
                                             chassis::Gives<EndOtherSession>);
chassis::Later<EndSessionsAnswer> end_sessions(const PersonsSessions&, const chassis::RequestKey&,
                                               chassis::Gives<EndSessionsOf>);

}  // namespace madang::identity
