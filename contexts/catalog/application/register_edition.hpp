#pragma once
// A book manager puts an edition into the catalog. Its id derives from its identifier, so that the same
// book is the same edition wherever it comes from, and no two can have one identifier.
#include "catalog/domain/edition.hpp"
#include "chassis/ports/commands.hpp"
#include <expected>
#include <string_view>

namespace madang::catalog {

namespace because {
struct isbn_invalid {};
struct identifier_malformed {};
struct currency_not_taken {
  std::string takes;
};
}  // namespace because

[[nodiscard]] EditionId edition_id_of(const Identifier&);

// The identifier as the catalog keeps it: an ISBN as its 13 digits, a publisher's with its name before a
// colon.
[[nodiscard]] std::variant<Identifier, because::isbn_invalid, because::identifier_malformed>
checked(IdentifierScheme, std::string_view value);

struct RegisterEditionAsked {
  Details details;  // the identifier as it was given
  std::optional<Money> price;
  kernel::Currency shop_currency;
};
struct Registered {
  EditionId edition;
};
using RegisterAnswer =
    kernel::Answer<Registered,
                   kernel::Merged<kernel::RefusalsOf<RegisterEdition>,
                                  OneOf<because::isbn_invalid, because::identifier_malformed,
                                        because::currency_not_taken>>>;
chassis::Later<RegisterAnswer> register_edition(const RegisterEditionAsked&,
                                                const chassis::RequestKey&,
                                                chassis::Gives<RegisterEdition>);

}  // namespace madang::catalog
