#include "insight/application/notices.hpp"

#include <utility>

namespace madang::insight {

NoticesFor::Result notices_for(const NoticesFor& asked, const chassis::Rows<Notices>& notices,
                               const chassis::Rows<Titles>& titles) {
  using Row = Notices::Row;
  auto found = notices.page(
      chassis::select<Row>().only<&Row::customer>(asked.customer).newest_first<&Row::since>(),
      {asked.limit, {}});
  NoticesFor::Result all;
  for (auto& row : found.rows) {
    auto title = titles.find(row.edition);
    all.push_back({std::move(row), title ? std::move(*title) : Titles::Row{}});
  }
  return all;
}

}  // namespace madang::insight
