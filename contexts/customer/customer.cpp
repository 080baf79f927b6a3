// The customer context on one page.
#include "customer/customer.hpp"

#include "chassis/assembly/assembly.hpp"
#include "contracts/messages/identity_v1.hpp"
#include "customer/application/about_customer.hpp"
#include "customer/application/change_profile.hpp"
#include "customer/application/destroy_key.hpp"
#include "customer/application/profile_page.hpp"

namespace madang::customer {
namespace {

// Who registers has a profile; a language that the shop does not write becomes English.
OpenProfile open_profile(const identity::v1::PersonRegistered& it) {
  return {it.person, it.name, it.email, it.language == "ko" ? Language::ko : Language::en};
}

CloseProfile close_profile(const identity::v1::ErasureAsked& it) { return {it.person}; }
ForgetCustomer forget_customer(const identity::v1::PersonErased& it) { return {it.person}; }
identity::v1::PersonalDataErased acknowledge(const KeyDestroyed& it) {
  return {it.customer, it.context};
}

// These messages said not when it happened once.
void lift_without_time(chassis::JsonDocument& message) { message.set("at", "null"); }

}  // namespace

std::unique_ptr<chassis::Context> customer_context() {
  using namespace chassis;
  using namespace rental::v1;
  using identity::v1::PersonRegistered;
  return context("customer")
      .aggregates<Profile>()
      .hears<PersonRegistered, identity::v1::ErasureAsked, identity::v1::PersonErased>()
      .hears<RentalStarted, RentalExtended, BookReturned, RentalExpired, RentalCancelled>()
      .commands<OpenProfile, ChangeProfile, CloseProfile, ForgetCustomer, NoteKeyDestroyed>()
      .use_case<change_profile>()
      .policy("open_a_profile_for_who_registers", whenever<PersonRegistered>, open_profile)
      .policy("close_the_profile_of_who_leaves", whenever<identity::v1::ErasureAsked>,
              close_profile)
      .policy("forget_who_is_erased", whenever<identity::v1::PersonErased>, forget_customer)
      .reaction<destroy_key>(whenever<KeyDue>)
      .records<RentalStarted, RentalExtended, BookReturned, RentalExpired, RentalCancelled>()
      .upcast<BookReturned>(1, lift_without_time)
      .upcast<RentalCancelled>(1, lift_without_time)
      .projection<ProfileCard>()
      .projection<OnLoan>()
      .query(profile_page_of)
      .personal_data(about_customer)
      .publishes([](const KeyDestroyed& it) { return acknowledge(it); },
                 keeps_private<ProfileOpened, ProfileChanged, ProfileClosed, KeyDue>)
      .done();
}

}  // namespace madang::customer
