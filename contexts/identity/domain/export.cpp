#include "identity/domain/export.hpp"

namespace madang::identity {

AskExport::Decision AskExport::decide(const AskExport& asked, const Person& person, Instant now) {
  const auto* registered = person.registered();
  if (!registered) return because::person_unknown{};
  const auto& until = registered->export_until;
  if (asked.whom == ExportedFor::themselves && until && now < *until)
    return because::export_too_soon{std::chrono::ceil<std::chrono::seconds>(*until - now).count()};
  return then(ExportAsked{asked.person, asked.export_id, asked.whom, asked.account, now,
                          now + export_lasts});
}

}  // namespace madang::identity
