#include "customer/domain/profile.hpp"

namespace madang::customer {

OpenProfile::Decision OpenProfile::decide(const OpenProfile& asked, const Profile& profile) {
  if (profile.version != 0) return then();
  return then(ProfileOpened{asked.customer, asked.name, asked.email, asked.language});
}

ChangeProfile::Decision ChangeProfile::decide(const ChangeProfile& asked, const Profile& profile) {
  if (profile.version == 0) return because::profile_not_ready{};
  if (profile.version != asked.seen) return because::profile_changed{};
  return then(ProfileChanged{asked.customer, asked.name, asked.language, profile.version + 1});
}

}  // namespace madang::customer
