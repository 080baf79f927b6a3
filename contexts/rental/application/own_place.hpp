#pragma once
// A customer's place in the line for an edition; they have one at most, so the edition names it.
#include "rental/domain/words.hpp"

namespace madang::rental {

struct OwnPlace {
  EditionId edition;
  PersonId customer;
};

}  // namespace madang::rental
