#include "catalog/application/register_edition.hpp"

#include "catalog/domain/isbn.hpp"
#include "kernel/match.hpp"

namespace madang::catalog {

EditionId edition_id_of(const Identifier& identifier) {
  const auto* scheme = identifier.scheme == IdentifierScheme::isbn13 ? "isbn13" : "publisher";
  return chassis::derived_id<EditionId>({"edition", scheme, identifier.value});
}

std::variant<Identifier, because::isbn_invalid, because::identifier_malformed> checked(
    IdentifierScheme scheme, std::string_view value) {
  if (scheme == IdentifierScheme::isbn13) {
    const auto isbn = Isbn::parse(value);
    if (!isbn) return because::isbn_invalid{};
    return Identifier{scheme, isbn->digits()};
  }
  const auto colon = value.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == value.size())
    return because::identifier_malformed{};
  return Identifier{scheme, std::string{value}};
}

chassis::Later<RegisterAnswer> register_edition(const RegisterEditionAsked& asked,
                                                const chassis::RequestKey& key,
                                                chassis::Gives<RegisterEdition> catalog) {
  if (asked.price && asked.price->currency() != asked.shop_currency)
    return because::currency_not_taken{asked.shop_currency.text()};
  return kernel::match(
      checked(asked.details.identifier.scheme, asked.details.identifier.value),
      [&](const Identifier& identifier) -> chassis::Later<RegisterAnswer> {
        auto details = asked.details;
        details.identifier = identifier;
        const auto edition = edition_id_of(identifier);
        return catalog
            .submit(RegisterEdition{edition, std::move(details), asked.price}, key, "register")
            .then([edition](const RegisterEdition::Decision& decision) -> RegisterAnswer {
              if (decision.refused()) return decision.refusal();
              return Registered{edition};
            });
      },
      [](const auto& why) -> chassis::Later<RegisterAnswer> { return why; });
}

}  // namespace madang::catalog
