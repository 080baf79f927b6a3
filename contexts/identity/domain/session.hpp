#pragma once
// What one sign-in leads to: a family of refresh tokens, each used once to get the next. A token
// that comes back after it was used is either an answer that got lost or a theft. Soon it is taken
// for the former and answered with another token; later, or by another client than the one that
// signed in, the family ends, and thief and owner are both out (RFC 9700 section 4.14.2). A session that
// nobody uses for some time ends by itself, and each after thirty days (NIST SP 800-63B-4 section 2.1.3).
//
//   NotBegun --BeginSession--> Open --EndSession, EndOtherSession, RotateToken by a thief, time--> Ended
//                              Open --RotateToken--> Open
#include <cstdint>
#include <map>
#include <set>
#include <variant>
#include <vector>

#include "identity/domain/second_factor.hpp"

namespace madang::identity {

using namespace std::chrono_literals;
inline constexpr auto session_lasts = std::chrono::days{30};
// Used: its refresh token is, as every client does within the minutes of an access token.
inline constexpr std::chrono::milliseconds unused_at_most = std::chrono::days{7};
inline constexpr auto token_may_return_within = 30s;
inline constexpr std::size_t live_tokens_max = 8;  // of one family, from answers that got lost

enum class EndedBy { sign_out, sign_out_everywhere, stolen_token, time, from_another, unused };

// A token issued now says these roles.
struct SessionBegun {
  SessionId session;
  PersonId person;
  ClientName client;
  TokenHash token;
  std::set<Role> roles;
  std::int64_t round;  // of the person
  Instant until;       // unless it is used
  Instant at_latest;
};
struct TokenRotated {
  SessionId session;
  PersonId person;
  TokenHash spent, next;
  std::set<Role> roles;
  Instant rotated_at, until;  // until: unless it is used again
  std::int64_t round;         // of the person, now
};
struct SessionEnded {
  SessionId session;
  PersonId person;
  EndedBy by;
};

struct NotBegun {};
struct Open {
  SessionId session;
  PersonId person;
  ClientName client;
  std::int64_t round;
  Instant until, at_latest;
  std::set<TokenHash> live;
  std::map<TokenHash, Instant> spent;  // lately; what was spent before is as good as unknown

  [[nodiscard]] bool takes(const TokenHash&, const ClientName& from, Instant now) const;
};
struct Ended {
  PersonId person;
};

struct Session {
  using Id = SessionId;
  using Events = OneOf<SessionBegun, TokenRotated, SessionEnded>;
  using Lapsed = SessionEnded;

  std::variant<NotBegun, Open, Ended> stands = NotBegun{};

  [[nodiscard]] const Open* open() const { return std::get_if<Open>(&stands); }

  static Session evolve(Session, const SessionBegun&);
  static Session evolve(Session, const TokenRotated&);
  static Session evolve(Session, const SessionEnded&);
  static std::vector<Lapsed> lapse_due(const Session&, Instant now);
  static std::optional<Instant> next_lapse(const Session&);
};

// For someone who has just shown their password, and `proof` of their second factor.
struct BeginSession {
  SessionId session;
  PersonId person;
  ClientName client;
  TokenHash token;
  std::chrono::milliseconds unused = unused_at_most;
  SecondFactorFor demanded_of = SecondFactorFor::nobody;
  std::optional<SecondProof> proof = {};
  using Decision = Then<SessionBegun, OneTimeCodeUsed, RecoveryCodeUsed>::Unless<
      because::person_unknown, because::second_factor_needed, because::second_factor_wrong>;
  static Decision decide(const BeginSession&, const Session&, const Person&, Instant now);
};

// Asked with a token that this shop has issued to this session, once: the adapter knows its own.
// Accepted with SessionEnded, it has found a theft, or that the person has signed out everywhere.
struct RotateToken {
  SessionId session;
  PersonId person;
  ClientName client;
  TokenHash presented, next;
  std::chrono::milliseconds unused = unused_at_most;
  SecondFactorFor demanded_of = SecondFactorFor::nobody;
  using Decision = Then<TokenRotated, SessionEnded>::Unless<because::session_ended>;
  static Decision decide(const RotateToken&, const Session&, const Person&, Instant now);
};

struct EndSession {
  SessionId session;
  PersonId person;
  using Decision = Then<SessionEnded>::Always;
  static Decision decide(const EndSession&, const Session&);
};

// From another session of theirs, in which they see it.
struct EndOtherSession {
  SessionId session;
  PersonId person;
  using Decision = Then<SessionEnded>::Unless<because::session_unknown>;
  static Decision decide(const EndOtherSession&, const Session&);
};

// Done in a session of theirs, which goes on while all others end.
struct ChangePassword {
  PersonId person;
  SessionId session;
  Personal<std::string> password_hash;
  using Decision = Then<PasswordChanged>::Unless<because::person_unknown, because::session_ended>;
  static Decision decide(const ChangePassword&, const Person&, const Session&, Instant now);
};

}  // namespace madang::identity
