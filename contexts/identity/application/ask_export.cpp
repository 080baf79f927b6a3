#include "identity/application/ask_export.hpp"

namespace madang::identity {

ExportAnswer ask_export(const ExportWish& asked, const chassis::RequestKey& request,
                        chassis::Gives<AskExport> identity) {
  const auto decided = identity.execute(
      AskExport{asked.person, request.id<ExportId>("export"), asked.whom, asked.account}, request,
      "ask");
  if (decided.refused()) return decided.refusal();
  return decided.get<ExportAsked>();
}

}  // namespace madang::identity
