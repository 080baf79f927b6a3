#pragma once
// One of a customer's own rentals, as they name it when they do something with it.
#include "rental/domain/words.hpp"

namespace madang::rental {

struct OwnRental {
  RentalId rental;
  EditionId edition;
  PersonId customer;
};

}  // namespace madang::rental
