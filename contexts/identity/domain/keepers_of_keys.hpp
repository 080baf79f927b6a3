#pragma once
// Which contexts keep something sealed, and so a person's key, and are asked to destroy it when the person is
// erased: each answers with PersonalDataErased. Whoever puts the shop together says it (contexts/CMakeLists.txt);
// identity knows no context that could be among them.
#include <set>
#include <string>

namespace madang::identity {

extern const std::set<std::string> keepers_of_keys;

}  // namespace madang::identity
