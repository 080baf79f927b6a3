// The catalog context on one page: whatever it takes, tells, hears and shows is named here.
#include "catalog/catalog.hpp"

#include "catalog/application/editions.hpp"
#include "catalog/application/revise_edition.hpp"
#include "chassis/assembly/assembly.hpp"
#include "contracts/messages/catalog_v1.hpp"

namespace madang::catalog {

using namespace chassis;

namespace {

// Ours and the contract's enumerators have the same names in the same order.
constexpr auto say_registered = [](const EditionRegistered& it) {
  const auto& [title, contributors, language, format, identifier] = it.details;
  return v1::EditionRegistered{
      it.edition,
      title,
      contributors,
      language,
      static_cast<v1::Format>(format),
      {static_cast<v1::IdentifierScheme>(identifier.scheme), identifier.value}};
};
constexpr auto say_described = [](const EditionDescribed& it) {
  return v1::EditionDescribed{it.edition, it.details.title, it.details.contributors,
                              it.details.language};
};
constexpr auto say_terms = [](const RentalTermsSet& it) {
  const auto& [price, days, licences, extensions, extension_price] = it.terms;
  return v1::RentalTermsSet{it.edition, price, days, licences, extensions, extension_price};
};
constexpr auto say_file = [](const EditionFileSet& it) {
  return v1::EditionFileSet{it.edition, it.file.sha256, it.file.size};
};

}  // namespace

std::unique_ptr<Context> catalog_context() {
  return context("catalog")
      .aggregates<Edition>()
      .hears<rental::v1::AvailabilityChanged>()
      .commands<RegisterEdition, RevisePrice, SetRentalTerms, AttachFile, WithdrawEdition,
                ImportEdition>()

      .use_case<register_edition>()
      .use_case<revise_price>()
      .use_case<set_rental_terms>()
      .use_case<attach_file>()
      .use_case<withdraw_edition>()

      .records<rental::v1::AvailabilityChanged>()
      .projection<Editions>()
      .query(list_editions)
      .query(edition_of)

      .publishes(say_registered, say_described, say_terms, say_file,
                 as<v1::PriceRevised, PriceRevised>, as<v1::EditionWithdrawn, EditionWithdrawn>)
      .done();
}

}  // namespace madang::catalog
