#include "rental/application/return_book.hpp"

namespace madang::rental {

chassis::Later<ReturnBook::Decision> return_book(const OwnRental& asked,
                                                 const chassis::RequestKey& request,
                                                 chassis::Gives<ReturnBook> rental) {
  return rental.submit(ReturnBook{asked.rental, asked.edition, asked.customer}, request, "return");
}

}  // namespace madang::rental
