#include "customer/application/change_profile.hpp"

namespace madang::customer {

ProfileWishAnswer change_profile(const ProfileWish& asked, const chassis::RequestKey& request,
                                 chassis::Gives<ChangeProfile> customer, chassis::Vault& vault) {
  const auto decided =
      customer.execute(ChangeProfile{asked.customer, vault.seal(asked.customer, "name", asked.name),
                                     asked.language, asked.seen},
                       request, "change");
  if (decided.refused()) return decided.refusal();
  return Changed{decided.find<ProfileChanged>()->version};
}

}  // namespace madang::customer
