#pragma once
// A session goes on: one refresh token is given back for the next, and for an access token that says
// the person's roles as they are now.
#include "identity/application/sign_in.hpp"

namespace madang::identity {

struct Refresh {
  std::string refresh_token;
  ClientName client;
  std::chrono::milliseconds unused = unused_at_most;
  SecondFactorFor demanded_of = SecondFactorFor::nobody;
};

using RefreshAnswer = kernel::Answer<SignedIn, OneOf<because::session_ended>>;

RefreshAnswer refresh_session(const Refresh&, const chassis::RequestKey&,
                              chassis::Gives<RotateToken>, Attempts&, Tokens&);

}  // namespace madang::identity
