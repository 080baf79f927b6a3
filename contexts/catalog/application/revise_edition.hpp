#pragma once
// A book manager changes what the shop asks for an edition, lends its file, or withdraws it.
#include "catalog/application/register_edition.hpp"

namespace madang::catalog {

struct Revised {
  std::int64_t revision;
};

struct RevisePriceAsked {
  EditionId edition;
  Money price;
  std::int64_t read_revision;
  kernel::Currency shop_currency;
};
using RevisePriceAnswer = kernel::Answer<
    Revised, kernel::Merged<kernel::RefusalsOf<RevisePrice>, OneOf<because::currency_not_taken>>>;
chassis::Later<RevisePriceAnswer> revise_price(const RevisePriceAsked&, const chassis::RequestKey&,
                                               chassis::Gives<RevisePrice>);

struct SetTermsAsked {
  EditionId edition;
  RentalTerms terms;
  std::int64_t read_revision;
  kernel::Currency shop_currency;
};
using SetTermsAnswer = kernel::Answer<Revised, kernel::Merged<kernel::RefusalsOf<SetRentalTerms>,
                                                              OneOf<because::currency_not_taken>>>;
chassis::Later<SetTermsAnswer> set_rental_terms(const SetTermsAsked&, const chassis::RequestKey&,
                                                chassis::Gives<SetRentalTerms>);

struct AttachFileAsked {
  EditionId edition;
  EpubFile file;
};
struct Attached {
  EpubFile file;
};
using AttachFileAnswer = kernel::Answer<Attached, kernel::RefusalsOf<AttachFile>>;
chassis::Later<AttachFileAnswer> attach_file(const AttachFileAsked&, const chassis::RequestKey&,
                                             chassis::Gives<AttachFile>);

struct WithdrawAsked {
  EditionId edition;
};
struct Withdrawn {};
using WithdrawAnswer = kernel::Answer<Withdrawn, kernel::RefusalsOf<WithdrawEdition>>;
chassis::Later<WithdrawAnswer> withdraw_edition(const WithdrawAsked&, const chassis::RequestKey&,
                                                chassis::Gives<WithdrawEdition>);

}  // namespace madang::catalog
