#include "customer/domain/profile.hpp"

namespace madang::customer {

OpenProfile::Decision OpenProfile::decide(const OpenProfile& asked, const Profile& profile) {
  if (profile.version != 0) return then();
  return then(ProfileOpened{asked.customer, asked.name, asked.email, asked.language});
}

ChangeProfile::Decision ChangeProfile::decide(const ChangeProfile& asked, const Profile& profile) {
  if (profile.closed) return because::account_closing{};
  if (profile.version == 0) return because::profile_not_ready{};
  if (profile.version != asked.seen) return because::profile_changed{};
  return then(ProfileChanged{asked.customer, asked.name, asked.language, profile.version + 1});
}

CloseProfile::Decision CloseProfile::decide(const CloseProfile& asked, const Profile& profile) {
  if (profile.closed) return then();
  return then(ProfileClosed{asked.customer});
}

ForgetCustomer::Decision ForgetCustomer::decide(const ForgetCustomer& asked,
                                                const Profile& profile) {
  Decision decision = then();
  if (!profile.closed) decision.add(ProfileClosed{asked.customer});
  if (!profile.key_due) decision.add(KeyDue{asked.customer});
  return decision;
}

NoteKeyDestroyed::Decision NoteKeyDestroyed::decide(const NoteKeyDestroyed& asked,
                                                    const Profile& profile) {
  if (!profile.key_due || profile.key_destroyed) return then();
  return then(KeyDestroyed{asked.customer, "customer"});
}

}  // namespace madang::customer
