#pragma once
// The passwords that everybody tries first: 3,000 of eight characters and more by how often they
// turned up in leaked lists, and what a Korean keyboard makes of the most usual words.
#include <string_view>

namespace madang::identity {

[[nodiscard]] bool is_common_password(std::string_view in_lower_case);

}  // namespace madang::identity
