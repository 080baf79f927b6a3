#include "rental/application/open_book.hpp"

namespace madang::rental {

chassis::Later<OpenBook::Decision> open_book(const OwnRental& asked,
                                             const chassis::RequestKey& request,
                                             chassis::Gives<OpenBook> rental,
                                             const LendingRules& rules) {
  return rental.submit(OpenBook{asked.rental, asked.edition, asked.customer, rules.link_lasts},
                       request, "open");
}

}  // namespace madang::rental
