#pragma once
// The catalog over HTTP, as contracts/http/catalog.yaml has it. Any thread.
#include "catalog/application/ports/outbound/epub_store.hpp"
#include "contracts/generated/catalog/routes.hpp"

namespace madang::catalog {

class CatalogHttp final : public http_v1::CatalogApi {
 public:
  CatalogHttp(chassis::Commands& catalog, EpubStore& files, kernel::Currency shop_currency)
      : catalog_{catalog}, files_{files}, currency_{shop_currency} {}

  contracts::Result<http_v1::ListEditionsResponse> list_editions(
      const contracts::Caller&, const http_v1::ListEditionsRequest&) override;
  contracts::Later<http_v1::RegisterEditionResponse> register_edition(
      const contracts::Caller&, const http_v1::RegisterEditionRequest&,
      const chassis::RequestKey&) override;
  contracts::Result<http_v1::GetEditionResponse> get_edition(
      const contracts::Caller&, const http_v1::GetEditionRequest&) override;
  contracts::Later<http_v1::RevisePriceResponse> revise_price(const contracts::Caller&,
                                                              const http_v1::RevisePriceRequest&,
                                                              const chassis::RequestKey&) override;
  contracts::Later<http_v1::SetRentalTermsResponse> set_rental_terms(
      const contracts::Caller&, const http_v1::SetRentalTermsRequest&,
      const chassis::RequestKey&) override;
  contracts::Later<http_v1::UploadFileResponse> upload_file(const contracts::Caller&,
                                                            const http_v1::UploadFileRequest&,
                                                            const chassis::RequestKey&) override;
  contracts::Later<http_v1::WithdrawEditionResponse> withdraw_edition(
      const contracts::Caller&, const http_v1::WithdrawEditionRequest&,
      const chassis::RequestKey&) override;

 private:
  chassis::Commands& catalog_;
  EpubStore& files_;
  kernel::Currency currency_;
};

}  // namespace madang::catalog
