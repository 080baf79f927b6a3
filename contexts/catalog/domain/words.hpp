#pragma once
// The words of the catalog. An edition is what can be sold or lent: a title in one form, under the one
// identifier by which the trade knows it.
#include "kernel/aggregate.hpp"
#include "kernel/decision.hpp"
#include "kernel/ids.hpp"
#include "kernel/money.hpp"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace madang::catalog {

using kernel::EditionId, kernel::Instant, kernel::Money, kernel::OneOf, kernel::Then, kernel::then;

enum class Format { print, ebook, audiobook };
enum class IdentifierScheme { isbn13, publisher };

struct Identifier {
  IdentifierScheme scheme;
  std::string value;  // 13 digits; or the publisher's name, a colon, and the publisher's own text
  friend bool operator==(const Identifier&, const Identifier&) = default;
};

// What an edition is, as its publisher tells it.
struct Details {
  std::string title;
  std::vector<std::string> contributors;  // as they are to be shown, in order
  std::string language;                   // BCP 47
  Format format;
  Identifier identifier;
  friend bool operator==(const Details&, const Details&) = default;
};

// On what terms it is lent.
struct RentalTerms {
  Money price;
  std::int32_t days;        // a loan ends with its last day, in the shop's zone
  std::int32_t licences;    // how many may have it at once
  std::int32_t extensions;  // of one loan
  std::optional<Money> extension_price;
  friend bool operator==(const RentalTerms&, const RentalTerms&) = default;
};

struct EpubFile {
  std::string sha256;  // 64 hexadecimal digits
  std::int64_t size;   // in bytes
  friend bool operator==(const EpubFile&, const EpubFile&) = default;
};

namespace because {
struct identifier_taken {
  EditionId edition;
};
struct edition_unknown {};
struct edition_withdrawn {};
struct edition_changed {};
struct not_an_ebook {};
}  // namespace because

}  // namespace madang::catalog
