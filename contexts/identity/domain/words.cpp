#include "identity/domain/words.hpp"

namespace madang::identity {

std::string_view slug_of(Role role) {
  switch (role) {
    case Role::customer:
      return "customer";
    case Role::book_manager:
      return "book-manager";
    case Role::shop_operator:
      return "operator";
  }
  return {};
}

}  // namespace madang::identity
