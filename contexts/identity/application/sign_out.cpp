#include "identity/application/sign_out.hpp"

namespace madang::identity {

SignOutAnswer sign_out(const SignOut& asked, const chassis::RequestKey& request,
                       chassis::Gives<EndSession> identity) {
  identity.give(EndSession{asked.session, asked.person}, request, "end");
  return SignedOut{};
}

SignOutAnswer sign_out_everywhere(const SignOutOfAll& asked, const chassis::RequestKey& request,
                                  chassis::Gives<SignOutEverywhere> identity) {
  const auto left = identity.execute(SignOutEverywhere{asked.person}, request, "leave");
  static_cast<void>(left);  // a person who is unknown has no session either
  return SignedOut{};
}

}  // namespace madang::identity
