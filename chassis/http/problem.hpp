#pragma once
// What a person is told when a request is refused: a problem document (RFC 9457) whose type names
// the rule by its slug, with title and detail in the reader's language. The texts come from one
// catalogue, generated from contracts/http/problems.yaml; code names a slug and adds the facts.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chassis/http/message.hpp"

namespace madang::http {

inline constexpr std::string_view problem_media_type = "application/problem+json";

enum class Language { en, ko };
// The best of what is offered by quality (RFC 9110 section 12.5.4); English where nothing fits.
Language preferred_language(std::string_view accept_language);
Language preferred_language(const Request&);

// One entry of the catalogue. A detail may quote the problem's members: "The price is now {now}."
struct ProblemText {
  std::string_view slug;
  int status;
  std::string_view title_en, title_ko, detail_en, detail_ko;
};

struct Problem {
  struct Member {
    std::string name;
    std::string json;  // the value as it stands in the document
    std::string text;  // the value as a detail quotes it
  };

  std::string slug;
  int status = 0;                 // 0: the catalogue's
  std::string title{}, detail{};  // empty: the catalogue's, in the reader's language
  std::vector<Member> members{};

  Problem with(std::string name, std::string_view text) &&;
  Problem with(std::string name, std::int64_t number) &&;
  Problem with_json(std::string name, std::string json) &&;
};

// Immutable once built; any thread.
class Problems {
 public:
  // The texts live as long as the program. Those of the edge itself (edge_problems) are always
  // there; a later table may put its own words in their place. Throws std::invalid_argument for a
  // slug that comes twice in one table.
  explicit Problems(std::span<const ProblemText> texts = {});

  // A slug that is not in the catalogue is a defect: answered as `internal-error`.
  [[nodiscard]] Response answer(const Problem&, Language) const;
  [[nodiscard]] const ProblemText* find(std::string_view slug) const;

 private:
  void add(std::span<const ProblemText>);
  std::unordered_map<std::string_view, ProblemText> texts_;
};

// The refusals that HTTP itself knows: malformed, too large, too slow, overloaded and the like.
std::span<const ProblemText> edge_problems();

// Quotes and escapes for JSON (RFC 8259 section 7); what is not UTF-8 is replaced by U+FFFD.
std::string json_quoted(std::string_view);

}  // namespace madang::http
