#pragma once
#include "chassis/ports/commands.hpp"
#include "chassis/ports/vault.hpp"
#include "contracts/generated/customer/routes.hpp"

namespace madang::customer {

// Customer over HTTP, as contracts/http/customer.yaml has it: everyone reads and changes their own
// profile and nobody else's. Any thread.
class CustomerHttp final : public http_v1::CustomerApi {
 public:
  CustomerHttp(chassis::Commands& customer, chassis::Vault& vault)
      : customer_{customer}, vault_{vault} {}

  contracts::Result<http_v1::GetProfileResponse> get_profile(
      const contracts::Caller&, const http_v1::GetProfileRequest&) override;
  contracts::Later<http_v1::ChangeProfileResponse> change_profile(
      const contracts::Caller&, const http_v1::ChangeProfileRequest&,
      const chassis::RequestKey&) override;

 private:
  chassis::Commands& customer_;
  chassis::Vault& vault_;
};

}  // namespace madang::customer
