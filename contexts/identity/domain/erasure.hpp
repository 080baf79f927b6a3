#pragma once
// How a person is forgotten: they ask for it, the shop ends its business with them, their address
// becomes free, every copy of their key is destroyed, identity's own last. Each step happens once, in
// this order, however often it is asked for.
//
//   Registered --AskErasure--> asked --EraseAccount--> erased --ReleaseLastKey--> last key due
//                                                                                     |
//                                           forgotten <--NoteForgotten----------------'
#include "identity/domain/person.hpp"

namespace madang::identity {

// As long as the business may take that has to be ended, and the shop has to be back on its feet, if need
// be (GDPR article 12(3): one month).
inline constexpr std::chrono::days erasure_lasts_at_most{30};

struct AskErasure {
  PersonId person;
  ShopId shop = the_shop;
  using Decision = Then<ErasureAsked, OperatorDismissed>::Unless<because::person_unknown,
                                                                 because::last_operator>;
  static Decision decide(const AskErasure&, const Person&, const Operators&, Instant now);
};
struct EraseAccount {
  PersonId person;
  using Decision = Then<PersonErased>::Always;
  static Decision decide(const EraseAccount&, const Person&, Instant now);
  // Their e-mail address, of which this context knows a fingerprint that stands nowhere else.
  static constexpr bool frees_claims = true;
};
struct ReleaseLastKey {
  PersonId person;
  using Decision = Then<LastKeyDue>::Always;
  static Decision decide(const ReleaseLastKey&, const Person&);
};
struct NoteForgotten {
  PersonId person;
  using Decision = Then<PersonForgotten>::Always;
  static Decision decide(const NoteForgotten&, const Person&, Instant now);
};

}  // namespace madang::identity
