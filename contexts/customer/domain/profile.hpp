#pragma once
// Who a customer is to the shop: how they want to be called, where mail reaches them, and in which
// language the shop writes. It opens by itself when they register, and they change it as they like;
// whoever changes it says which version they have seen, so that nothing is overwritten unread.
#include <cstdint>
#include <optional>
#include <string>

#include "kernel/aggregate.hpp"
#include "kernel/decision.hpp"
#include "kernel/ids.hpp"
#include "kernel/personal.hpp"

namespace madang::customer {

using kernel::OneOf, kernel::PersonId, kernel::Personal, kernel::Then, kernel::then;

enum class Language { ko, en };  // BCP 47

namespace because {
struct profile_not_ready {};  // they have only just registered
struct profile_changed {};
struct account_closing {};  // they asked to be forgotten
}  // namespace because

struct ProfileOpened {
  PersonId customer;
  Personal<std::string> name, email;
  Language language;
};
struct ProfileChanged {
  PersonId customer;
  Personal<std::string> name;
  Language language;
  std::int64_t version;
};

struct ProfileClosed {  // nobody changes it any more
  PersonId customer;
};
struct KeyDue {  // the copy of the customer's key that is kept here is to be destroyed
  PersonId customer;
};
struct KeyDestroyed {
  PersonId customer;
  std::string context;  // which says so: this one
};

struct Profile {
  using Id = PersonId;
  using Events = OneOf<ProfileOpened, ProfileChanged, ProfileClosed, KeyDue, KeyDestroyed>;

  std::int64_t version = 0;  // none: not open yet
  bool closed = false, key_due = false, key_destroyed = false;

  static Profile evolve(Profile profile, const ProfileOpened&) {
    profile.version = 1;
    return profile;
  }
  static Profile evolve(Profile profile, const ProfileChanged& it) {
    profile.version = it.version;
    return profile;
  }
  static Profile evolve(Profile profile, const ProfileClosed&) {
    profile.closed = true;
    return profile;
  }
  static Profile evolve(Profile profile, const KeyDue&) {
    profile.key_due = true;
    return profile;
  }
  static Profile evolve(Profile profile, const KeyDestroyed&) {
    profile.key_destroyed = true;
    return profile;
  }
};

struct OpenProfile {
  PersonId customer;
  Personal<std::string> name, email;
  Language language;
  using Decision = Then<ProfileOpened>::Always;
  static Decision decide(const OpenProfile&, const Profile&);
};
struct ChangeProfile {
  PersonId customer;
  Personal<std::string> name;
  Language language;
  std::int64_t seen;  // the version that they have read
  using Decision =
      Then<ProfileChanged>::Unless<because::account_closing, because::profile_not_ready,
                                   because::profile_changed>;
  static Decision decide(const ChangeProfile&, const Profile&);
};
struct CloseProfile {
  PersonId customer;
  using Decision = Then<ProfileClosed>::Always;
  static Decision decide(const CloseProfile&, const Profile&);
};
// What is sealed here can be read until then.
struct ForgetCustomer {
  PersonId customer;
  using Decision = Then<ProfileClosed, KeyDue>::Always;
  static Decision decide(const ForgetCustomer&, const Profile&);
};
struct NoteKeyDestroyed {
  PersonId customer;
  using Decision = Then<KeyDestroyed>::Always;
  static Decision decide(const NoteKeyDestroyed&, const Profile&);
};

}  // namespace madang::customer
