#pragma once
// Someone leaves: this session, or all of theirs. The gateway hears of it, and takes no access token of theirs any more.
#include "chassis/ports/commands.hpp"
#include "identity/domain/session.hpp"

namespace madang::identity {

struct SignOut {
  PersonId person;
  SessionId session;
};
struct SignOutOfAll {
  PersonId person;
};
struct SignedOut {};

using SignOutAnswer = kernel::Answer<SignedOut, OneOf<>>;

chassis::Later<SignOutAnswer> sign_out(const SignOut&, const chassis::RequestKey&,
                                       chassis::Gives<EndSession>);
chassis::Later<SignOutAnswer> sign_out_everywhere(const SignOutOfAll&, const chassis::RequestKey&,
                                                  chassis::Gives<SignOutEverywhere>);

}  // namespace madang::identity
