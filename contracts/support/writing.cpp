#include "contracts/support/writing.hpp"

namespace madang::contracts {

void write(chassis::JsonWriter& to, kernel::Money money) {
  to.begin_object();
  to.integer("amount", money.in_minor_units());
  to.text("currency", money.currency().text());
  to.end_object();
}

}  // namespace madang::contracts
