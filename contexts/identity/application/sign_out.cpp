#include "identity/application/sign_out.hpp"

namespace madang::identity {

chassis::Later<SignOutAnswer> sign_out(const SignOut& asked, const chassis::RequestKey& request,
                                       chassis::Gives<EndSession> identity) {
  return identity.submit(EndSession{asked.session, asked.person}, request, "end")
      .then([](const EndSession::Decision&) -> SignOutAnswer { return SignedOut{}; });
}

chassis::Later<SignOutAnswer> sign_out_everywhere(const SignOutOfAll& asked,
                                                  const chassis::RequestKey& request,
                                                  chassis::Gives<SignOutEverywhere> identity) {
  return identity
      .submit(SignOutEverywhere{asked.person}, request, "leave")
      // A person who is unknown has no session either.
      .then([](const SignOutEverywhere::Decision&) -> SignOutAnswer { return SignedOut{}; });
}

}  // namespace madang::identity
