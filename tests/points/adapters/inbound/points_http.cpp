#include "tests/points/adapters/inbound/points_http.hpp"

#include "tests/points/application/points_of.hpp"

namespace madang::points {

contracts::Result<http_v1::GetPointsResponse> PointsHttp::get_points(
    const contracts::Caller& caller, const http_v1::GetPointsRequest& asked) {
  return http_v1::GetPointsResponse{{points_.ask(PointsOf{caller.person()}, asked.after)}};
}

}  // namespace madang::points
