#include "identity/domain/password_reset.hpp"

namespace madang::identity {

bool is_good(const std::optional<PendingReset>& pending, const CodeHash& code, Instant now) {
  return pending && pending->code == code && now < pending->until;
}

BeginPasswordReset::Decision BeginPasswordReset::decide(const BeginPasswordReset& asked,
                                                        const Person& person, Instant now) {
  if (!person.registered()) return because::person_unknown{};
  if (asked.by == asked.person) return because::own_password_reset{};
  return then(PasswordResetBegun{asked.person, asked.code, asked.by, now + asked.lasts});
}

ResetPassword::Decision ResetPassword::decide(const ResetPassword& asked, const Person& person,
                                              Instant now) {
  const auto* registered = person.registered();
  if (!registered || !is_good(registered->reset, asked.code, now))
    return because::reset_code_invalid{};
  return then(PasswordReset{asked.person, asked.password_hash, registered->round + 1, now});
}

}  // namespace madang::identity
