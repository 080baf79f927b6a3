#include "catalog/application/revise_edition.hpp"

namespace madang::catalog {
namespace {

// Accepted at the revision that was read, and one change further when there was something to change: the
// same to a repeat, since it rests on the outcome alone.
template <class Decision>
Revised revised(std::int64_t read_revision, const Decision& decision) {
  return {read_revision + std::ssize(decision.events())};
}

}  // namespace

RevisePriceAnswer revise_price(const RevisePriceAsked& asked, const chassis::RequestKey& key,
                               chassis::Gives<RevisePrice> catalog) {
  if (asked.price.currency() != asked.shop_currency)
    return because::currency_not_taken{asked.shop_currency.text()};
  const auto decision =
      catalog.execute(RevisePrice{asked.edition, asked.price, asked.read_revision}, key, "revise");
  if (decision.refused()) return decision.refusal();
  return revised(asked.read_revision, decision);
}

SetTermsAnswer set_rental_terms(const SetTermsAsked& asked, const chassis::RequestKey& key,
                                chassis::Gives<SetRentalTerms> catalog) {
  const auto& extension = asked.terms.extension_price;
  if (asked.terms.price.currency() != asked.shop_currency ||
      (extension && extension->currency() != asked.shop_currency))
    return because::currency_not_taken{asked.shop_currency.text()};
  const auto decision =
      catalog.execute(SetRentalTerms{asked.edition, asked.terms, asked.read_revision}, key, "set");
  if (decision.refused()) return decision.refusal();
  return revised(asked.read_revision, decision);
}

AttachFileAnswer attach_file(const AttachFileAsked& asked, const chassis::RequestKey& key,
                             chassis::Gives<AttachFile> catalog) {
  const auto decision = catalog.execute(AttachFile{asked.edition, asked.file}, key, "attach");
  if (decision.refused()) return decision.refusal();
  // A repeat is told of the file that was attached then, though it brings another.
  if (const auto* attached = decision.find<EditionFileSet>()) return Attached{attached->file};
  return Attached{asked.file};
}

WithdrawAnswer withdraw_edition(const WithdrawAsked& asked, const chassis::RequestKey& key,
                                chassis::Gives<WithdrawEdition> catalog) {
  const auto decision = catalog.execute(WithdrawEdition{asked.edition}, key, "withdraw");
  if (decision.refused()) return decision.refusal();
  return Withdrawn{};
}

}  // namespace madang::catalog
