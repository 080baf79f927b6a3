#include "catalog/domain/edition.hpp"

namespace madang::catalog {

Edition Edition::evolve(Edition edition, const EditionRegistered& it) {
  edition.details = it.details;
  ++edition.revision;
  return edition;
}
Edition Edition::evolve(Edition edition, const EditionDescribed& it) {
  edition.details = it.details;
  ++edition.revision;
  return edition;
}
Edition Edition::evolve(Edition edition, const PriceRevised& it) {
  edition.price = it.price;
  ++edition.revision;
  return edition;
}
Edition Edition::evolve(Edition edition, const RentalTermsSet& it) {
  edition.terms = it.terms;
  ++edition.revision;
  return edition;
}
Edition Edition::evolve(Edition edition, const EditionFileSet& it) {
  edition.file = it.file;
  ++edition.revision;
  return edition;
}
Edition Edition::evolve(Edition edition, const EditionWithdrawn&) {
  edition.withdrawn = true;
  ++edition.revision;
  return edition;
}

RegisterEdition::Decision RegisterEdition::decide(const RegisterEdition& asked,
                                                  const Edition& edition) {
  if (edition.details) return because::identifier_taken{asked.edition};
  if (!asked.price) return then(EditionRegistered{asked.edition, asked.details});
  return then(EditionRegistered{asked.edition, asked.details},
              PriceRevised{asked.edition, *asked.price});
}

RevisePrice::Decision RevisePrice::decide(const RevisePrice& asked, const Edition& edition) {
  if (!edition.details) return because::edition_unknown{};
  if (edition.withdrawn) return because::edition_withdrawn{};
  if (asked.read_revision != edition.revision) return because::edition_changed{};
  if (edition.price == asked.price) return then();
  return then(PriceRevised{asked.edition, asked.price});
}

SetRentalTerms::Decision SetRentalTerms::decide(const SetRentalTerms& asked,
                                                const Edition& edition) {
  if (!edition.details) return because::edition_unknown{};
  if (edition.withdrawn) return because::edition_withdrawn{};
  if (edition.details->format != Format::ebook) return because::not_an_ebook{};
  if (asked.read_revision != edition.revision) return because::edition_changed{};
  if (edition.terms == asked.terms) return then();
  return then(RentalTermsSet{asked.edition, asked.terms});
}

AttachFile::Decision AttachFile::decide(const AttachFile& asked, const Edition& edition) {
  if (!edition.details) return because::edition_unknown{};
  if (edition.withdrawn) return because::edition_withdrawn{};
  if (edition.details->format != Format::ebook) return because::not_an_ebook{};
  if (edition.file == asked.file) return then();
  return then(EditionFileSet{asked.edition, asked.file});
}

WithdrawEdition::Decision WithdrawEdition::decide(const WithdrawEdition& asked,
                                                  const Edition& edition) {
  if (!edition.details) return because::edition_unknown{};
  if (edition.withdrawn) return then();
  return then(EditionWithdrawn{asked.edition});
}

ImportEdition::Decision ImportEdition::decide(const ImportEdition& asked, const Edition& edition) {
  Decision decision = then();
  if (edition.withdrawn) return decision;
  if (!edition.details) decision.add(EditionRegistered{asked.edition, asked.details});
  else if (*edition.details != asked.details)
    decision.add(EditionDescribed{asked.edition, asked.details});
  if (asked.terms && edition.terms != asked.terms)
    decision.add(RentalTermsSet{asked.edition, *asked.terms});
  return decision;
}

}  // namespace madang::catalog
