#pragma once
// On what terms imported titles are lent, as the bookseller writes it in one line:
//
//   language=ko: 3000 KRW, 14 days, 3 licences, 1 extension at 1000 KRW; *: 2000 KRW, 14 days, 2 licences
//
//   rule       = clause *( ";" clause ) [ ";" ]
//   clause     = titles ":" terms
//   titles     = "*" | "language=" tag                 ; a tag stands for its regions too: en for en-GB
//   terms      = price "," days "," licences [ "," extensions ]
//   price      = number currency                       ; in minor units; three capitals (ISO 4217)
//   days       = number ( "day" | "days" )             ; 1 to 365
//   licences   = number ( "licence" | "licences" )     ; to 100000
//   extensions = number ( "extension" | "extensions" ) [ "at" price ]   ; of one loan, to 10
//
// Spaces may stand anywhere between these. The first clause that speaks of a title holds; a title of which
// none speaks is imported without terms.
#include "catalog/domain/words.hpp"
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace madang::catalog {

class TermsRule {
 public:
  struct Fault {
    std::size_t column;  // from 1, in bytes
    std::string why;     // "a currency is expected"
  };
  TermsRule() = default;  // no title gets terms
  [[nodiscard]] static std::expected<TermsRule, Fault> parse(std::string_view text);
  [[nodiscard]] std::optional<RentalTerms> terms_for(const Details&) const;

 private:
  struct Clause {
    std::optional<std::string> language;  // none: all titles
    RentalTerms terms;
  };
  class Parser;

  std::vector<Clause> clauses_;
};

}  // namespace madang::catalog
