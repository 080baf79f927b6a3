#pragma once
// What one sign-in leads to: a family of refresh tokens, each used once to get the next. A token
// that comes back after it was used is either an answer that got lost or a theft. Soon it is taken
// for the former and answered with another token; later, or by another client than the one that
// signed in, the family ends, and thief and owner are both out (RFC 9700 section 4.14.2).
//
//   NotBegun --BeginSession--> Open --EndSession, RotateToken by a thief, time--> Ended
//                              Open --RotateToken--> Open
#include <cstdint>
#include <map>
#include <set>
#include <variant>
#include <vector>

#include "identity/domain/person.hpp"

namespace madang::identity {

using namespace std::chrono_literals;
inline constexpr auto session_lasts = std::chrono::days{30};
inline constexpr auto token_may_return_within = 30s;
inline constexpr std::size_t live_tokens_max = 8;  // of one family, from answers that got lost

enum class EndedBy { sign_out, sign_out_everywhere, stolen_token, time };

// A token issued now says these roles.
struct SessionBegun {
  SessionId session;
  PersonId person;
  ClientName client;
  TokenHash token;
  std::set<Role> roles;
  std::int64_t round;  // of the person
  Instant until;
};
struct TokenRotated {
  SessionId session;
  PersonId person;
  TokenHash spent, next;
  std::set<Role> roles;
  Instant rotated_at, until;  // until: of the session, unchanged
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
  Instant until;
  std::set<TokenHash> live;
  std::map<TokenHash, Instant> spent;  // lately; what was spent before is as good as unknown

  [[nodiscard]] bool takes(const TokenHash&, const ClientName& from, Instant now) const;
};
struct Ended {};

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

// For someone who has just proved who they are.
struct BeginSession {
  SessionId session;
  PersonId person;
  ClientName client;
  TokenHash token;
  using Decision = Then<SessionBegun>::Unless<because::person_unknown>;
  static Decision decide(const BeginSession&, const Session&, const Person&, Instant now);
};

// Asked with a token that this shop has issued to this session, once: the adapter knows its own.
// Accepted with SessionEnded, it has found a theft, or that the person has signed out everywhere.
struct RotateToken {
  SessionId session;
  PersonId person;
  ClientName client;
  TokenHash presented, next;
  using Decision = Then<TokenRotated, SessionEnded>::Unless<because::session_ended>;
  static Decision decide(const RotateToken&, const Session&, const Person&, Instant now);
};

struct EndSession {
  SessionId session;
  PersonId person;
  using Decision = Then<SessionEnded>::Always;
  static Decision decide(const EndSession&, const Session&);
};

}  // namespace madang::identity
