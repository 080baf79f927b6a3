#pragma once
// One edition in the catalog, from its registration on. What is withdrawn is neither sold nor lent any
// more, and nothing about it changes again.
//
//   unknown --RegisterEdition, ImportEdition--> in the catalog --WithdrawEdition--> withdrawn
//
// Whoever changes an edition says which revision they have read: the number of changes so far.
#include "catalog/domain/words.hpp"

namespace madang::catalog {

struct EditionRegistered {
  EditionId edition;
  Details details;
};
struct EditionDescribed {
  EditionId edition;
  Details details;
};  // its publisher tells it otherwise now
struct PriceRevised {
  EditionId edition;
  Money price;
};
struct RentalTermsSet {
  EditionId edition;
  RentalTerms terms;
};
struct EditionFileSet {
  EditionId edition;
  EpubFile file;
};
struct EditionWithdrawn {
  EditionId edition;
};

struct Edition {
  using Id = EditionId;
  using Events = OneOf<EditionRegistered, EditionDescribed, PriceRevised, RentalTermsSet,
                       EditionFileSet, EditionWithdrawn>;

  std::optional<Details> details;  // none: not registered yet
  std::optional<Money> price;
  std::optional<RentalTerms> terms;
  std::optional<EpubFile> file;
  bool withdrawn = false;
  std::int64_t revision = 0;

  static Edition evolve(Edition, const EditionRegistered&);
  static Edition evolve(Edition, const EditionDescribed&);
  static Edition evolve(Edition, const PriceRevised&);
  static Edition evolve(Edition, const RentalTermsSet&);
  static Edition evolve(Edition, const EditionFileSet&);
  static Edition evolve(Edition, const EditionWithdrawn&);
};

struct RegisterEdition {
  EditionId edition;
  Details details;
  std::optional<Money> price;
  using Decision = Then<EditionRegistered, PriceRevised>::Unless<because::identifier_taken>;
  static Decision decide(const RegisterEdition&, const Edition&);
};
struct RevisePrice {
  EditionId edition;
  Money price;
  std::int64_t read_revision;
  using Decision = Then<PriceRevised>::Unless<because::edition_unknown, because::edition_withdrawn,
                                              because::edition_changed>;
  static Decision decide(const RevisePrice&, const Edition&);
};
struct SetRentalTerms {
  EditionId edition;
  RentalTerms terms;
  std::int64_t read_revision;
  using Decision =
      Then<RentalTermsSet>::Unless<because::edition_unknown, because::edition_withdrawn,
                                   because::edition_changed, because::not_an_ebook>;
  static Decision decide(const SetRentalTerms&, const Edition&);
};
// The file is in the shop's store already, under its digest.
struct AttachFile {
  EditionId edition;
  EpubFile file;
  using Decision = Then<EditionFileSet>::Unless<because::edition_unknown,
                                                because::edition_withdrawn, because::not_an_ebook>;
  static Decision decide(const AttachFile&, const Edition&);
};
struct WithdrawEdition {
  EditionId edition;
  using Decision = Then<EditionWithdrawn>::Unless<because::edition_unknown>;
  static Decision decide(const WithdrawEdition&, const Edition&);
};
// A line of a publisher's list, given again each time the list is imported: what is new or different
// happens, and nothing else. A withdrawn edition stays as it is.
struct ImportEdition {
  EditionId edition;
  Details details;
  std::optional<RentalTerms> terms;
  using Decision = Then<EditionRegistered, EditionDescribed, RentalTermsSet>::Always;
  static Decision decide(const ImportEdition&, const Edition&);
};

}  // namespace madang::catalog
