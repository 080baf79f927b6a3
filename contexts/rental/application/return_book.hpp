#pragma once
// A customer gives a book back before its time; its licence is free at once.
#include "chassis/ports/commands.hpp"
#include "rental/application/own_rental.hpp"
#include "rental/domain/rental.hpp"

namespace madang::rental {

chassis::Later<ReturnBook::Decision> return_book(const OwnRental&, const chassis::RequestKey&,
                                                 chassis::Gives<ReturnBook>);

}  // namespace madang::rental
