#include "customer/application/profile_page.hpp"

namespace madang::customer {

std::optional<ProfilePage> profile_page_of(const ProfilePageOf& asked,
                                           const chassis::Rows<ProfileCard>& cards,
                                           const chassis::Rows<OnLoan>& loans) {
  const auto card = cards.find(asked.customer);
  if (!card) return std::nullopt;
  return ProfilePage{*card, loans.all(chassis::select<OnLoan::Row>()
                                          .only<&OnLoan::Row::customer>(asked.customer)
                                          .ordered_by<&OnLoan::Row::until>())};
}

}  // namespace madang::customer
