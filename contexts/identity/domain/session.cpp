#include "identity/domain/session.hpp"

#include <algorithm>

namespace madang::identity {

bool Open::takes(const TokenHash& token, const ClientName& from, Instant now) const {
  if (from != client) return false;
  if (live.contains(token)) return true;
  const auto found = spent.find(token);
  return found != spent.end() && now - found->second <= token_may_return_within &&
         live.size() < live_tokens_max;
}

namespace {

void use(const SecondProof& proof, const PersonId& person, const SecondFactor& factor,
         BeginSession::Decision& decided) {
  if (const auto* code = std::get_if<AppCode>(&proof))
    decided.add(OneTimeCodeUsed{person, factor.factor, code->step});
  else decided.add(RecoveryCodeUsed{person, factor.factor, std::get<CodeHash>(proof)});
}

}  // namespace

BeginSession::Decision BeginSession::decide(const BeginSession& asked, const Session& session,
                                            const Person& person, Instant now) {
  const auto* registered = person.registered();
  if (!registered) return because::person_unknown{};
  if (!std::holds_alternative<NotBegun>(session.stands)) return then();
  const auto& factor = registered->second_factor;
  if (factor && !asked.proof) return because::second_factor_needed{};
  if (factor && !is_good(*asked.proof, *factor)) return because::second_factor_wrong{};
  Decision decided = then();
  if (factor) use(*asked.proof, asked.person, *factor, decided);
  const auto at_latest = now + session_lasts;
  decided.add(SessionBegun{asked.session, asked.person, asked.client, asked.token,
                           roles_in_force(*registered, asked.demanded_of), registered->round,
                           std::min<Instant>(now + asked.unused, at_latest), at_latest});
  return decided;
}

RotateToken::Decision RotateToken::decide(const RotateToken& asked, const Session& session,
                                          const Person& person, Instant now) {
  const auto* open = session.open();
  const auto* registered = person.registered();
  if (!open || !registered || open->person != asked.person) return because::session_ended{};
  if (!goes_on(*registered, asked.session, open->round))
    return then(SessionEnded{asked.session, asked.person, EndedBy::sign_out_everywhere});
  if (!open->takes(asked.presented, asked.client, now))
    return then(SessionEnded{asked.session, asked.person, EndedBy::stolen_token});
  return then(TokenRotated{asked.session, asked.person, asked.presented, asked.next,
                           roles_in_force(*registered, asked.demanded_of), now,
                           std::min<Instant>(now + asked.unused, open->at_latest),
                           registered->round});
}

EndSession::Decision EndSession::decide(const EndSession& asked, const Session& session) {
  const auto* open = session.open();
  if (!open || open->person != asked.person) return then();
  return then(SessionEnded{asked.session, asked.person, EndedBy::sign_out});
}

EndOtherSession::Decision EndOtherSession::decide(const EndOtherSession& asked,
                                                  const Session& session) {
  if (const auto* ended = std::get_if<Ended>(&session.stands);
      ended && ended->person == asked.person)
    return then();
  const auto* open = session.open();
  if (!open || open->person != asked.person) return because::session_unknown{};
  return then(SessionEnded{asked.session, asked.person, EndedBy::from_another});
}

ChangePassword::Decision ChangePassword::decide(const ChangePassword& asked, const Person& person,
                                                const Session& session, Instant now) {
  const auto* registered = person.registered();
  if (!registered) return because::person_unknown{};
  const auto* open = session.open();
  if (!open || open->person != asked.person || !goes_on(*registered, asked.session, open->round))
    return because::session_ended{};
  return then(PasswordChanged{asked.person, asked.password_hash, asked.session,
                              registered->round + 1, now});
}

Session Session::evolve(Session session, const SessionBegun& it) {
  session.stands =
      Open{it.session, it.person, it.client, it.round, it.until, it.at_latest, {it.token}, {}};
  return session;
}

// Of several live tokens one is used by the client, the others were in answers that got lost: they
// are spent with it, so that one which turns up later is found out.
Session Session::evolve(Session session, const TokenRotated& it) {
  auto& open = std::get<Open>(session.stands);
  std::erase_if(open.spent, [&](const auto& token) {
    return it.rotated_at - token.second > token_may_return_within;
  });
  if (open.live.contains(it.spent)) {
    for (const auto& token : open.live) open.spent.insert_or_assign(token, it.rotated_at);
    open.live.clear();
  }
  open.live.insert(it.next);
  open.until = it.until;
  return session;
}

Session Session::evolve(Session session, const SessionEnded& it) {
  session.stands = Ended{it.person};
  return session;
}

std::vector<SessionEnded> Session::lapse_due(const Session& session, Instant now) {
  const auto* open = session.open();
  if (!open || now < open->until) return {};
  const auto by = open->until < open->at_latest ? EndedBy::unused : EndedBy::time;
  return {SessionEnded{open->session, open->person, by}};
}

std::optional<Instant> Session::next_lapse(const Session& session) {
  const auto* open = session.open();
  return open ? std::optional{open->until} : std::nullopt;
}

}  // namespace madang::identity
