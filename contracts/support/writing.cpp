#include "contracts/support/writing.hpp"

namespace madang::contracts {

void write(chassis::JsonWriter& to, kernel::Money money) {
  to.begin_object();
  to.member("amount");
  to.integer(money.in_minor_units());
  to.member("currency");
  to.text(money.currency().text());
  to.end_object();
}

}  // namespace madang::contracts
