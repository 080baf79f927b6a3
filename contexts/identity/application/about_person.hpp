#pragma once
// What identity holds about one person, for them to take along: who they are to it, what they have been allowed, where
// they have signed in and when their data was asked for. Not the hash of their password nor the secret of their second
// factor, which would serve nobody but a thief.
#include "chassis/ports/parts.hpp"
#include "chassis/ports/rows.hpp"
#include "identity/domain/session.hpp"

namespace madang::identity {

struct ChangeOfRole {
  enum class What { given, taken };
  enum class By { an_operator, the_machine };
  What what;
  Role role;
  By by;
  Instant at;
};

struct PersonCards {
  using Key = PersonId;
  using Reads = OneOf<Person>;
  using Ends = OneOf<PersonForgotten>;
  using Ignores = OneOf<PasswordHashRenewed, PasswordChanged, PasswordResetBegun, PasswordReset,
                        SecondFactorBegun, OneTimeCodeUsed, SessionsEndedByOperator, ExportAsked,
                        PersonErased, LastKeyDue>;
  struct FactorCard {
    Instant since;
    std::int64_t recovery_codes_left;
  };
  struct Row {
    PersonId person;
    Personal<std::string> email, name;
    Language language;
    std::set<Role> roles;
    std::vector<ChangeOfRole> role_changes;
    Instant registered_at;
    std::optional<Instant> signed_out_everywhere_at;  // the last time
    std::optional<Instant> erasure_asked_at;
    std::optional<FactorCard> second_factor;  // in force
  };

  static Row start(const PersonRegistered& it) {
    return {it.person, it.email,         it.name, it.language, {Role::customer},
            {},        it.registered_at, {},      {},          {}};
  }
  static Row evolve(Row row, const RoleGiven& it, const chassis::Happened& happened) {
    row.roles.insert(it.role);
    return changed(std::move(row), ChangeOfRole::What::given, it, happened);
  }
  static Row evolve(Row row, const RoleTaken& it, const chassis::Happened& happened) {
    row.roles.erase(it.role);
    return changed(std::move(row), ChangeOfRole::What::taken, it, happened);
  }
  static Row evolve(Row row, const SignedOutEverywhere&, const chassis::Happened& happened) {
    row.signed_out_everywhere_at = happened.at;
    return row;
  }
  static Row evolve(Row row, const SecondFactorConfirmed& it) {
    row.second_factor = {it.confirmed_at, static_cast<std::int64_t>(it.recovery_codes.size())};
    return row;
  }
  static Row evolve(Row row, const RecoveryCodeUsed&) {
    --row.second_factor.value().recovery_codes_left;
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
  static Row evolve(Row row, const ErasureAsked& it) {
    row.erasure_asked_at = it.asked_at;
    return row;
  }

 private:
  // Which operator it was is that operator's own matter.
  static Row changed(Row row, ChangeOfRole::What what, const auto& it,
                     const chassis::Happened& happened) {
    using By = ChangeOfRole::By;
    row.role_changes.push_back(
        {what, it.role, it.by ? By::an_operator : By::the_machine, happened.at});
    return row;
  }
};

struct SignIns {
  using Key = SessionId;
  using Reads = OneOf<Session>;
  using Ignores = OneOf<TokenRotated>;
  struct Row {
    SessionId session;
    PersonId person;
    ClientName client;
    Instant began;
    std::optional<Instant> ended_at;
    std::optional<EndedBy> ended_by;
  };
  using Indexed = chassis::Columns<&Row::person>;

  static Row start(const SessionBegun& it, const chassis::Happened& happened) {
    return {it.session, it.person, it.client, happened.at, {}, {}};
  }
  static Row evolve(Row row, const SessionEnded& it, const chassis::Happened& happened) {
    row.ended_at = happened.at;
    row.ended_by = it.by;
    return row;
  }
};

struct Exports {
  using Key = ExportId;
  using Reads = OneOf<Person>;
  using Ignores =
      OneOf<PersonRegistered, RoleGiven, RoleTaken, PasswordHashRenewed, PasswordChanged,
            PasswordResetBegun, PasswordReset, SecondFactorBegun, SecondFactorConfirmed,
            OneTimeCodeUsed, RecoveryCodeUsed, SecondFactorRemoved, SecondFactorRemovedByOperator,
            SignedOutEverywhere, SessionsEndedByOperator, ErasureAsked, PersonErased, LastKeyDue,
            PersonForgotten>;
  struct Row {
    ExportId export_id;
    PersonId person;
    ExportedFor whom;
    Instant asked_at;
  };
  using Indexed = chassis::Columns<&Row::person>;

  static Row start(const ExportAsked& it) {
    return {it.export_id, it.person, it.whom, it.asked_at};
  }
};

struct AboutPerson {
  struct Result {
    std::optional<PersonCards::Row> account;
    std::vector<SignIns::Row> sign_ins;
    std::vector<Exports::Row> exports;
  };
  PersonId person;
};
AboutPerson::Result about_person(const AboutPerson&, const chassis::Rows<PersonCards>&,
                                 const chassis::Rows<SignIns>&, const chassis::Rows<Exports>&);

// Whether a link to their data still opens: not for who has asked to be forgotten.
struct IsTakingAlong {
  using Result = bool;
  PersonId person;
};
bool is_taking_along(const IsTakingAlong&, const chassis::Rows<PersonCards>&);

}  // namespace madang::identity
