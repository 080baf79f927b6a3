#include "catalog/application/revise_edition.hpp"

namespace madang::catalog {
namespace {

// Accepted at the revision that was read, and one change further when there was something to change: the
// same to a repeat, since it rests on the outcome alone.
template <class Answer>
auto revised_from(std::int64_t read_revision) {
  return [read_revision](const auto& decision) -> Answer {
    if (decision.refused()) return decision.refusal();
    return Revised{read_revision + std::ssize(decision.events())};
  };
}

}  // namespace

chassis::Later<RevisePriceAnswer> revise_price(const RevisePriceAsked& asked,
                                               const chassis::RequestKey& key,
                                               chassis::Gives<RevisePrice> catalog) {
  if (asked.price.currency() != asked.shop_currency)
    return because::currency_not_taken{asked.shop_currency.text()};
  return catalog.submit(RevisePrice{asked.edition, asked.price, asked.read_revision}, key, "revise")
      .then(revised_from<RevisePriceAnswer>(asked.read_revision));
}

chassis::Later<SetTermsAnswer> set_rental_terms(const SetTermsAsked& asked,
                                                const chassis::RequestKey& key,
                                                chassis::Gives<SetRentalTerms> catalog) {
  const auto& extension = asked.terms.extension_price;
  if (asked.terms.price.currency() != asked.shop_currency ||
      (extension && extension->currency() != asked.shop_currency))
    return because::currency_not_taken{asked.shop_currency.text()};
  return catalog.submit(SetRentalTerms{asked.edition, asked.terms, asked.read_revision}, key, "set")
      .then(revised_from<SetTermsAnswer>(asked.read_revision));
}

chassis::Later<AttachFileAnswer> attach_file(const AttachFileAsked& asked,
                                             const chassis::RequestKey& key,
                                             chassis::Gives<AttachFile> catalog) {
  return catalog.submit(AttachFile{asked.edition, asked.file}, key, "attach")
      .then([file = asked.file](const AttachFile::Decision& decision) -> AttachFileAnswer {
        if (decision.refused()) return decision.refusal();
        // A repeat is told of the file that was attached then, though it brings another.
        if (const auto* attached = decision.find<EditionFileSet>()) return Attached{attached->file};
        return Attached{file};
      });
}

chassis::Later<WithdrawAnswer> withdraw_edition(const WithdrawAsked& asked,
                                                const chassis::RequestKey& key,
                                                chassis::Gives<WithdrawEdition> catalog) {
  return catalog.submit(WithdrawEdition{asked.edition}, key, "withdraw")
      .then([](const WithdrawEdition::Decision& decision) -> WithdrawAnswer {
        if (decision.refused()) return decision.refusal();
        return Withdrawn{};
      });
}

}  // namespace madang::catalog
