#pragma once
// Someone wants to have what the shop holds about them.
#include "chassis/ports/commands.hpp"
#include "identity/domain/export.hpp"

namespace madang::identity {

struct ExportWish {
  PersonId person;
  ExportedFor whom = ExportedFor::themselves;
  std::optional<std::string> account = {};  // on the shop's machine, of who asks there
};

using ExportAnswer = kernel::Answer<ExportAsked, kernel::RefusalsOf<AskExport>>;

ExportAnswer ask_export(const ExportWish&, const chassis::RequestKey&, chassis::Gives<AskExport>);

}  // namespace madang::identity
