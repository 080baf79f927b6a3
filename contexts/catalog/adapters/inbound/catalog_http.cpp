#include "catalog/adapters/inbound/catalog_http.hpp"

#include "catalog/application/editions.hpp"
#include "catalog/application/revise_edition.hpp"
#include "chassis/storage/blobs.hpp"
#include "contracts/support/refusals.hpp"
#include <array>

namespace madang::catalog {

using contracts::Caller, contracts::Later, contracts::Result;

namespace {

// Ours and the contract's enumerators have the same names in the same order.
template <class To>
constexpr To as(auto from) {
  return static_cast<To>(from);
}
static_assert(as<http_v1::Format>(Format::audiobook) == http_v1::Format::audiobook);
static_assert(as<http_v1::IdentifierScheme>(IdentifierScheme::publisher) ==
              http_v1::IdentifierScheme::publisher);

auto refused(std::string slug) { return std::unexpected{http::Problem{std::move(slug)}}; }

std::optional<http_v1::Availability> availability_of(const Editions::Row& row) {
  if (!row.availability || row.stands.withdrawn) return std::nullopt;
  return http_v1::Availability{row.availability->licences, row.availability->free,
                               row.availability->next_expected};
}

http_v1::EditionSummary summary_of(const Editions::Row& row) {
  const auto& details = *row.stands.details;
  http_v1::EditionSummary summary{.edition_id = *row.edition,
                                  .title = details.title,
                                  .contributors = details.contributors,
                                  .language = details.language,
                                  .format = as<http_v1::Format>(details.format),
                                  .price = row.stands.price,
                                  .rental_price = {},
                                  .availability = availability_of(row)};
  if (row.stands.terms) summary.rental_price = row.stands.terms->price;
  return summary;
}

http_v1::Edition edition_in_full(const Editions::Row& row) {
  const auto& [details, price, terms, file, withdrawn, revision] = row.stands;
  http_v1::Edition edition{.edition_id = *row.edition,
                           .title = details->title,
                           .contributors = details->contributors,
                           .language = details->language,
                           .format = as<http_v1::Format>(details->format),
                           .identifier = {as<http_v1::IdentifierScheme>(details->identifier.scheme),
                                          details->identifier.value},
                           .price = price,
                           .rental_terms = {},
                           .availability = availability_of(row),
                           .file = {},
                           .withdrawn = withdrawn};
  if (terms)
    edition.rental_terms = http_v1::RentalTerms{terms->price, terms->days, terms->licences,
                                                terms->extensions, terms->extension_price};
  if (file) edition.file = http_v1::EditionFile{file->sha256, file->size};
  return edition;
}

}  // namespace

Result<http_v1::ListEditionsResponse> CatalogHttp::list_editions(
    const Caller&, const http_v1::ListEditionsRequest& asked) {
  const auto page = catalog_.ask(
      ListEditions{
          asked.rentable, asked.language, {static_cast<std::size_t>(asked.limit), asked.cursor}},
      asked.after);
  http_v1::ListEditionsResponse response{{{}, page.next}};
  for (const auto& row : page.rows)
    if (row.stands.details) response.body.items.push_back(summary_of(row));
  return response;
}

Later<http_v1::RegisterEditionResponse> CatalogHttp::register_edition(
    const Caller&, const http_v1::RegisterEditionRequest& asked, const chassis::RequestKey& key) {
  const auto& body = asked.body;
  const RegisterEditionAsked wanted{
      {body.title,
       body.contributors,
       body.language,
       as<Format>(body.format),
       {as<IdentifierScheme>(body.identifier.scheme), body.identifier.value}},
      body.price,
      currency_};
  return contracts::answered(catalog::register_edition(wanted, key, catalog_),
                             [revision = std::int64_t{body.price ? 2 : 1}](const Registered& it) {
                               return http_v1::RegisterEditionResponse{
                                   {it.edition}, "/v1/editions/" + it.edition.text(), revision};
                             });
}

Result<http_v1::GetEditionResponse> CatalogHttp::get_edition(
    const Caller&, const http_v1::GetEditionRequest& asked) {
  const auto row = catalog_.ask(EditionOf{asked.edition_id}, asked.after);
  if (!row) return refused("edition-unknown");
  return http_v1::GetEditionResponse{edition_in_full(*row), row->stands.revision};
}

Later<http_v1::RevisePriceResponse> CatalogHttp::revise_price(
    const Caller&, const http_v1::RevisePriceRequest& asked, const chassis::RequestKey& key) {
  return contracts::answered(
      catalog::revise_price({asked.edition_id, asked.body, asked.if_match, currency_}, key,
                            catalog_),
      [](const Revised& it) { return http_v1::RevisePriceResponse{it.revision}; });
}

Later<http_v1::SetRentalTermsResponse> CatalogHttp::set_rental_terms(
    const Caller&, const http_v1::SetRentalTermsRequest& asked, const chassis::RequestKey& key) {
  const auto& body = asked.body;
  const RentalTerms terms{body.price, body.days, body.licences, body.extensions,
                          body.extension_price};
  return contracts::answered(
      catalog::set_rental_terms({asked.edition_id, terms, asked.if_match, currency_}, key,
                                catalog_),
      [](const Revised& it) { return http_v1::SetRentalTermsResponse{it.revision}; });
}

Later<http_v1::UploadFileResponse> CatalogHttp::upload_file(const Caller&,
                                                            const http_v1::UploadFileRequest& asked,
                                                            const chassis::RequestKey& key) {
  const auto incoming = files_.receive();
  try {
    std::array<char, 64 * 1024> piece{};
    while (const auto got = asked.stream->read(std::as_writable_bytes(std::span{piece})))
      incoming->append({piece.data(), got});
  } catch (const storage::BlobTooLarge&) {
    return refused("body-too-large");
  }
  const auto stored = incoming->finish();
  if (const auto* why = std::get_if<because::not_an_epub>(&stored))
    return std::unexpected{contracts::problem_of(*why)};
  return contracts::answered(
      attach_file({asked.edition_id, std::get<EpubFile>(stored)}, key, catalog_),
      [](const Attached& it) {
        return http_v1::UploadFileResponse{{it.file.sha256, it.file.size}, std::nullopt};
      });
}

Later<http_v1::WithdrawEditionResponse> CatalogHttp::withdraw_edition(
    const Caller&, const http_v1::WithdrawEditionRequest& asked, const chassis::RequestKey& key) {
  return contracts::answered(
      catalog::withdraw_edition({asked.edition_id}, key, catalog_),
      [](const Withdrawn&) { return http_v1::WithdrawEditionResponse{std::nullopt}; });
}

}  // namespace madang::catalog
