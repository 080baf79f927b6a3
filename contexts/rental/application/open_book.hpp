#pragma once
// A customer opens a book that is on loan to them and gets a link to its file, good for minutes and
// never longer than the loan. The link says who was let in; the loan is asked again at every request.
#include "chassis/ports/commands.hpp"
#include "rental/application/lending_rules.hpp"
#include "rental/application/own_rental.hpp"
#include "rental/domain/rental.hpp"

namespace madang::rental {

chassis::Later<OpenBook::Decision> open_book(const OwnRental&, const chassis::RequestKey&,
                                             chassis::Gives<OpenBook>, const LendingRules&);

}  // namespace madang::rental
