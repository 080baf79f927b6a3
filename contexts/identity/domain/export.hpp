#pragma once
// A person takes along what the shop holds about them. That it was asked for, and by whom, is on record; what
// was in it is not kept.
#include "identity/domain/person.hpp"

namespace madang::identity {

// How long the link to it is good, and so how long the next has to wait.
inline constexpr std::chrono::minutes export_lasts{10};

struct AskExport {
  PersonId person;
  ExportId export_id;
  ExportedFor whom = ExportedFor::themselves;
  std::optional<std::string> account = {};
  using Decision = Then<ExportAsked>::Unless<because::person_unknown, because::export_too_soon>;
  static Decision decide(const AskExport&, const Person&, Instant now);
};

}  // namespace madang::identity
