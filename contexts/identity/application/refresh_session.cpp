#include "identity/application/refresh_session.hpp"

namespace madang::identity {

RefreshAnswer refresh_session(const Refresh& asked, const chassis::RequestKey& request,
                              chassis::Gives<RotateToken> identity, Attempts& attempts,
                              Tokens& tokens) {
  const auto presented = tokens.read(asked.refresh_token);
  if (!presented) return because::session_ended{};
  const auto next = tokens.refresh_token(presented->session, presented->person);
  const auto decided =
      identity.execute(RotateToken{presented->session, presented->person, asked.client,
                                   presented->hash, next.hash, asked.unused, asked.demanded_of},
                       request, "rotate");
  const auto* ended = decided.find<SessionEnded>();
  if (ended && ended->by == EndedBy::stolen_token) attempts.refresh_token_stolen(ended->person);
  const auto* rotated = decided.find<TokenRotated>();
  if (!rotated) return because::session_ended{};
  return SignedIn{rotated->person, rotated->roles,
                  tokens.access_token(rotated->person, rotated->session, asked.client,
                                      rotated->roles, rotated->round),
                  next.text, rotated->until};
}

}  // namespace madang::identity
