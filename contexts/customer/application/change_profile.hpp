#pragma once
// The customer says how the shop is to call them and in which language to write.
#include "chassis/ports/commands.hpp"
#include "chassis/ports/vault.hpp"
#include "customer/domain/profile.hpp"

namespace madang::customer {

struct ProfileWish {
  PersonId customer;
  std::string name;
  Language language;
  std::int64_t seen;  // the version that they have read
};
struct Changed {
  std::int64_t version;
};

using ProfileWishAnswer = kernel::Answer<Changed, kernel::RefusalsOf<ChangeProfile>>;

chassis::Later<ProfileWishAnswer> change_profile(const ProfileWish&, const chassis::RequestKey&,
                                                 chassis::Gives<ChangeProfile>, chassis::Vault&);

}  // namespace madang::customer
