#pragma once
// Insight over HTTP, as contracts/http/insight.yaml has it. Any thread.
#include "chassis/ports/commands.hpp"
#include "contracts/generated/insight/routes.hpp"

namespace madang::insight {

class InsightHttp final : public http_v1::InsightApi {
 public:
  explicit InsightHttp(chassis::Commands& insight) : insight_{insight} {}

  contracts::Result<http_v1::ListShelfResponse> list_shelf(
      const contracts::Caller&, const http_v1::ListShelfRequest&) override;
  contracts::Result<http_v1::ListRentalBoardResponse> list_rental_board(
      const contracts::Caller&, const http_v1::ListRentalBoardRequest&) override;

 private:
  chassis::Commands& insight_;
};

}  // namespace madang::insight
