#include "customer/application/change_profile.hpp"

namespace madang::customer {

chassis::Later<ProfileWishAnswer> change_profile(const ProfileWish& asked,
                                                 const chassis::RequestKey& request,
                                                 chassis::Gives<ChangeProfile> customer,
                                                 chassis::Vault& vault) {
  return customer
      .submit(ChangeProfile{asked.customer, vault.seal(asked.customer, "name", asked.name),
                            asked.language, asked.seen},
              request, "change")
      .then([](const ChangeProfile::Decision& decided) -> ProfileWishAnswer {
        if (decided.refused()) return decided.refusal();
        return Changed{decided.get<ProfileChanged>().version};
      });
}

}  // namespace madang::customer
