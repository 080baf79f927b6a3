#include "customer/adapters/inbound/customer_http.hpp"

#include "contracts/support/refusals.hpp"
#include "customer/application/change_profile.hpp"
#include "customer/application/profile_page.hpp"

namespace madang::customer {
namespace {

using contracts::answered, contracts::Caller, contracts::Later, contracts::Result;
using http_v1::SpokenLanguage;

SpokenLanguage spoken(Language language) {
  return language == Language::ko ? SpokenLanguage::ko : SpokenLanguage::en;
}
Language language_of(SpokenLanguage language) {
  return language == SpokenLanguage::ko ? Language::ko : Language::en;
}

}  // namespace

Result<http_v1::GetProfileResponse> CustomerHttp::get_profile(
    const Caller& caller, const http_v1::GetProfileRequest& asked) {
  const auto page = customer_.ask(ProfilePageOf{caller.person()}, asked.after);
  if (!page) return std::unexpected{contracts::problem_of(because::profile_not_ready{})};
  const auto opened = [&](const Personal<std::string>& sealed,
                          std::string_view field) -> std::optional<std::string> {
    const auto found = vault_.open(sealed, field);
    const auto* plain = std::get_if<std::string>(&found);
    return plain ? std::optional{*plain} : std::nullopt;
  };
  std::vector<http_v1::Loan> loans;
  for (const auto& loan : page->on_loan) loans.push_back({loan.rental, loan.edition, loan.until});
  const auto& card = page->card;
  return http_v1::GetProfileResponse{
      {card.customer, opened(card.name, "name"), opened(card.email, "email"), spoken(card.language),
       std::move(loans)},
      card.version};
}

Later<http_v1::ChangeProfileResponse> CustomerHttp::change_profile(
    const Caller& caller, const http_v1::ChangeProfileRequest& asked,
    const chassis::RequestKey& key) {
  return answered(customer::change_profile({caller.person(), asked.body.name,
                                            language_of(asked.body.language), asked.if_match},
                                           key, customer_, vault_),
                  [](const Changed& it) { return http_v1::ChangeProfileResponse{it.version}; });
}

}  // namespace madang::customer
