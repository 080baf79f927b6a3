#pragma once
// What would run where a book is read. A book is text and pictures: programs, scripts and declared entities (which hide what
// a text says until it is read, and can be made to fill a memory) are none of it, so an EPUB that has them is refused. It is
// no virus scanner: it knows kinds of content, and nothing of what is about.
#include <optional>
#include <string>
#include <string_view>

namespace madang::catalog {

// Whether a file that begins so is run by an operating system.
bool begins_a_program(std::string_view first_bytes);

// Whether a file that begins so is markup: XHTML, SVG, a package document.
bool begins_markup(std::string_view first_bytes);

// Reads markup piece by piece, wherever it is cut, in UTF-8 or UTF-16. What stands in comments counts too: not everyone who
// reads a book agrees on where a comment ends.
class ActiveMarkup {
 public:
  void read(std::string_view piece);
  // What runs, in words; the first that was met.
  [[nodiscard]] const std::optional<std::string>& what_runs() const { return found_; }

 private:
  enum class At { text, name, between, attribute, before_value, quoted, bare };
  void take(char);
  void between(char);
  void value(char);
  void judge_name();
  void judge_attribute();
  void begin(At);
  void add(char);
  void found(const char* what);

  At at_ = At::text;
  char quote_ = 0;
  std::string word_;  // a name or the beginning of a value, in small letters, without blanks
  std::optional<std::string> found_;
};

}  // namespace madang::catalog
