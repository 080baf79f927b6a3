#pragma once
// Sees to it that who asked to be forgotten is: waits until the shop's business with them has ended, has
// the account erased, waits until every context that has the person's key has destroyed it, and has
// identity's own destroyed last, so that whoever still needs it can have it until then.
//
//   EndingBusiness --left, or time is up--> DestroyingKeys --all have--> LastKey --forgotten--> Done
//
// Business that does not end in time is not waited for longer: amounts and dates stay under the
// pseudonymous id, and what is owed is paid back without a name.
#include <set>
#include <string>

#include "chassis/ports/parts.hpp"
#include "contracts/messages/identity_v1.hpp"
#include "contracts/messages/rental_v1.hpp"
#include "identity/domain/erasure.hpp"
#include "identity/domain/keepers_of_keys.hpp"

namespace madang::identity {

struct ErasePerson {
  struct EndingBusiness {
    using Ignores = OneOf<ErasureAsked, v1::PersonalDataErased, PersonForgotten>;
    PersonId person;
    Instant goes_on_at;
    [[nodiscard]] Instant deadline() const { return goes_on_at; }
  };
  struct DestroyingKeys {
    using Ignores = OneOf<ErasureAsked, rental::v1::CustomerLeft, PersonForgotten>;
    PersonId person;
    std::set<std::string> missing;
    Instant look_again;
    [[nodiscard]] Instant deadline() const { return look_again; }
  };
  struct LastKey {
    using Ignores = OneOf<ErasureAsked, rental::v1::CustomerLeft, v1::PersonalDataErased>;
    PersonId person;
    Instant look_again;
    [[nodiscard]] Instant deadline() const { return look_again; }
  };
  struct Done {};

  using Key = PersonId;
  using Step = chassis::Step<std::variant<EndingBusiness, DestroyingKeys, LastKey, Done>,
                             chassis::Asks<EraseAccount, ReleaseLastKey>, chassis::Tells<>>;
  using Inputs =
      OneOf<ErasureAsked, rental::v1::CustomerLeft, v1::PersonalDataErased, PersonForgotten>;
  using IgnoredWhenMissing =
      OneOf<rental::v1::CustomerLeft, v1::PersonalDataErased, PersonForgotten>;

  static Step start(const ErasureAsked& asked) {
    return EndingBusiness{asked.person, asked.at_latest - std::chrono::days{1}};
  }
  static Step on(const EndingBusiness& it, const rental::v1::CustomerLeft&, Instant now) {
    return erasing(it.person, now);
  }
  static Step on(const EndingBusiness& it, const chassis::TimeIsUp&, Instant now) {
    return erasing(it.person, now);
  }
  static Step on(const DestroyingKeys& it, const v1::PersonalDataErased& said, Instant now) {
    auto missing = it.missing;
    missing.erase(said.context);
    if (!missing.empty()) return DestroyingKeys{it.person, std::move(missing), it.look_again};
    return Step{LastKey{it.person, now + std::chrono::days{1}}}.ask(ReleaseLastKey{it.person});
  }
  // Each of these comes to its end whenever the context, or the disk, is well again. That it takes too
  // long is for people to see, by the metric.
  static Step on(const DestroyingKeys& it, const chassis::TimeIsUp&, Instant now) {
    return DestroyingKeys{it.person, it.missing, now + std::chrono::days{1}};
  }
  static Step on(const LastKey&, const PersonForgotten&) { return Done{}; }
  static Step on(const LastKey& it, const chassis::TimeIsUp&, Instant now) {
    return LastKey{it.person, now + std::chrono::days{1}};
  }

 private:
  static Step erasing(const PersonId& person, Instant now) {
    return Step{DestroyingKeys{person, keepers_of_keys, now + std::chrono::days{1}}}.ask(
        EraseAccount{person});
  }
};

}  // namespace madang::identity
