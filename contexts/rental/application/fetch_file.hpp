#pragma once
// Brings an edition's file from the catalog into rental's own store; from then on it can be rented.
#include "chassis/ports/commands.hpp"
#include "rental/application/ports/outbound/edition_files.hpp"
#include "rental/domain/licence_pool.hpp"

namespace madang::rental {

void fetch_file(const FileExpected&, const chassis::RequestKey&, chassis::Gives<NoteFileReady>,
                EditionFiles&);

}  // namespace madang::rental
