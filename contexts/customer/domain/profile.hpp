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

struct Profile {
  using Id = PersonId;
  using Events = OneOf<ProfileOpened, ProfileChanged>;

  std::int64_t version = 0;  // none: not open yet

  static Profile evolve(Profile, const ProfileOpened&) { return {1}; }
  static Profile evolve(Profile, const ProfileChanged& it) { return {it.version}; }
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
      Then<ProfileChanged>::Unless<because::profile_not_ready, because::profile_changed>;
  static Decision decide(const ChangeProfile&, const Profile&);
};

}  // namespace madang::customer
