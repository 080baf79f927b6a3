#pragma once
// Twelve invented editions, so that a new shop has something on its shelves: each with its terms and a small
// EPUB that can be opened.
#include "catalog/adapters/outbound/epub.hpp"
#include "catalog/application/ports/outbound/epub_store.hpp"
#include "catalog/domain/words.hpp"
#include "chassis/ports/commands.hpp"
#include <vector>

namespace madang::catalog {

struct SampleEdition {
  Details details;
  RentalTerms terms;
  std::vector<Chapter> chapters;
};
std::vector<SampleEdition> sample_editions();

// Puts them into the catalog with their files, from a task of the context. To be called at each start:
// what was loaded before is left as the shop has it since, and nothing is there twice.
// Throws chassis::Unavailable, and what the store throws.
void load_sample(chassis::Commands& catalog, EpubStore& files);

}  // namespace madang::catalog
