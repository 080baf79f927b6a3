#include "identity/domain/words.hpp"

namespace madang::identity {

std::string_view text_of(Role role) {
  switch (role) {
    case Role::customer: return "customer";
    case Role::book_manager: return "book_manager";
    case Role::shop_operator: return "operator";
  }
  return {};
}

}  // namespace madang::identity
