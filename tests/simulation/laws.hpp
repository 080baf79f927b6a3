#pragma once
// What must be true of the shop's logs at any time, and once everything has come to rest. They read stored
// events and the provider's books, and know of the contexts nothing but the names that stand there.
#include "tests/simulation/history.hpp"
#include "tests/simulation/logs.hpp"
#include <optional>
#include <set>

namespace madang::simulation {

// At any time.
void check_lending(World&,
                   const Logs&);  // licences, holds, offers, rentals, who may have what until when
void check_money(World&,
                 const Logs&);  // an unpaid rental never exists; nothing is given back twice
void check_acknowledged(World&, const Logs&, const History&);

// Holds, offers and loans that have not ended.
std::vector<std::string> open_lending(World&, const Logs&);
// At rest: what is still under way; empty when nothing is.
std::vector<std::string> unfinished(World&, const Logs&);
// At rest, by the provider's own books.
void check_books(World&, const Logs&);
// At rest: what one context told, another has heard, once.
void check_deliveries(World&, const Logs&);

}  // namespace madang::simulation
