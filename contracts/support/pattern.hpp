#pragma once
// The regular expressions of the contract, in the part of ECMA-262 that it uses. Matched byte by byte,
// with a depth that grows with the pattern and its groups, never with a run of characters, so that a
// small stack is enough and a long text cannot exhaust it.
//
//   pattern  = "^" branches "$"
//   branches = sequence *( "|" sequence )
//   sequence = *( atom [ "?" / "*" / "+" / "{" n "}" / "{" n "," [ m ] "}" ] )
//   atom     = letter, digit or sign / "\" sign / "\x" two hexadecimal digits
//            / "[" [ "^" ] members "]" / "(" branches ")"
//
// Members are ASCII. A class that begins with "^" takes any byte of a longer UTF-8 character, so such
// a class is repeated by "*" or stands for an end of the text, never counted.
#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace madang::contracts {

class Pattern {
 public:
  explicit Pattern(std::string_view text);  // throws std::invalid_argument

  [[nodiscard]] bool matches(std::string_view) const;
  [[nodiscard]] const std::string& text() const { return text_; }

  struct Atom;
  using Sequence = std::vector<Atom>;
  using Branches = std::vector<Sequence>;
  struct Atom {
    std::bitset<256> bytes;
    Branches group;  // instead of bytes, when it has any
    std::size_t least = 1, most = 1;
  };

 private:
  std::string text_;
  Branches branches_;
};

}  // namespace madang::contracts
