#pragma once
// Points over HTTP, as http/points.yaml has it. Any thread.
#include "chassis/ports/commands.hpp"
#include "contracts/generated/points/routes.hpp"

namespace madang::points {

class PointsHttp final : public http_v1::PointsApi {
 public:
  explicit PointsHttp(chassis::Commands& points) : points_{points} {}

  contracts::Result<http_v1::GetPointsResponse> get_points(
      const contracts::Caller&, const http_v1::GetPointsRequest&) override;

 private:
  chassis::Commands& points_;
};

}  // namespace madang::points
