#include "identity/domain/password.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "identity/domain/common_passwords.hpp"

namespace madang::identity {
namespace {

constexpr std::size_t word_min = 4, word_bytes_max = 40, piece_min = 3;  // characters
constexpr int worth_of_a_word = 2, worth_of_a_piece = 1;

bool begins_character(char c) { return (c & 0xC0) != 0x80; }
std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(utf8, begins_character));
}

std::string in_lower_case(std::string_view text) {
  std::string lower{text};
  for (auto& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

// "p4ssw0rd" as "password"; a 1 stands for i or l.
std::string with_letters_for_signs(std::string text, char letter_of_1) {
  constexpr std::string_view signs =
                                 "0345"
                                 "7@$!",
                             letters =
                                 "oeas"
                                 "tasi";
  for (auto& c : text) {
    if (c == '1') c = letter_of_1;
    if (const auto at = signs.find(c); at != signs.npos) c = letters[at];
  }
  return text;
}

std::string backwards(std::string_view row) {
  std::string turned;
  for (auto end = row.size(), at = end; at-- > 0;)
    if (begins_character(row[at])) {
      turned += row.substr(at, end - at);
      end = at;
    }
  return turned;
}

// Each goes on from its end at its beginning.
const std::vector<std::string>& rows() {
  static const auto all = [] {
    std::vector<std::string> both_ways;
    for (const std::string_view row :
         {"abcdefghijklmnopqrstuvwxyz", "1234567890", "!@#$%^&*()", "qwertyuiop", "asdfghjkl",
          "zxcvbnm", "qwertyuiopasdfghjklzxcvbnm", "qazwsxedcrfvtgbyhnujmikolp",
          "qawsedrftgyhujikolp", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "1q2w3e4r5t6y7u8i9o0p",
          "q1w2e3r4t5y6u7i8o9p0", "a1b2c3d4e5f6g7h8i9", "1a2b3c4d5e6f7g8h9i", "a1s2d3f4g5h6j7k8l9",
          "00112233445566778899", "102030405060708090", "가나다라마바사아자차카타파하"}) {
      both_ways.emplace_back(row);
      both_ways.push_back(backwards(row));
    }
    return both_ways;
  }();
  return all;
}

std::size_t bytes_along(std::string_view row, std::string_view text) {
  std::size_t most = 0;
  for (std::size_t from = 0; from < row.size(); ++from) {
    std::size_t size = 0;
    while (size < text.size() && text[size] == row[(from + size) % row.size()]) ++size;
    most = std::max(most, size);
  }
  return most;
}

bool is_year(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() == 4 && (text.starts_with("19") || text.starts_with("20")) &&
         is_digit(text[2]) && is_digit(text[3]);
}

// The least that the beginning of a text is worth, for each place where it may end.
class Reading {
 public:
  Reading(std::string_view password, const EmailAddress& whose)
      : text_{in_lower_case(password)},
        alike_{text_, with_letters_for_signs(text_, 'i'), with_letters_for_signs(text_, 'l')},
        names_{whose.text(), std::string{whose.local_part()}, "madang", "마당"},
        worth_(text_.size() + 1, static_cast<int>(text_.size())) {
    worth_[0] = 0;
    for (at_ = 0; at_ < text_.size(); ++at_) {
      reach(1, begins_character(text_[at_]) ? 1 : 0);
      if (!begins_character(text_[at_])) continue;
      read_words();
      read_names();
      for (const auto& row : rows()) reach_all(bytes_along(row, rest()));
      reach_all(bytes_again());
      reach_all(bytes_of_one_sign());
      if (is_year(rest().substr(0, 4))) reach(4, worth_of_a_piece);
    }
  }
  [[nodiscard]] int worth() const { return worth_.back(); }

 private:
  [[nodiscard]] std::string_view rest() const { return std::string_view{text_}.substr(at_); }
  void reach(std::size_t bytes, int more) {
    worth_[at_ + bytes] = std::min(worth_[at_ + bytes], worth_[at_] + more);
  }
  // A piece of so many bytes, or one that ends before.
  void reach_all(std::size_t bytes_max) {
    std::size_t seen = 0;
    for (std::size_t bytes = 1; bytes <= bytes_max; ++bytes) {
      if (begins_character(text_[at_ + bytes - 1])) ++seen;
      if (seen >= piece_min) reach(bytes, worth_of_a_piece);
    }
  }
  // Of what begins here, how much began before as well; the two may overlap.
  [[nodiscard]] std::size_t bytes_again() const {
    std::size_t most = 0;
    for (std::size_t before = 0; before < at_; ++before) {
      std::size_t size = 0;
      while (at_ + size < text_.size() && text_[before + size] == text_[at_ + size]) ++size;
      most = std::max(most, size);
    }
    return most;
  }
  [[nodiscard]] std::size_t bytes_of_one_sign() const {
    std::size_t one = 1;
    while (at_ + one < text_.size() && !begins_character(text_[at_ + one])) ++one;
    std::size_t size = one;
    while (at_ + size < text_.size() && text_[at_ + size] == text_[at_ + size - one]) ++size;
    return size;
  }
  void read_words() {
    for (const auto& text : alike_) {
      CommonPassword word;
      for (std::size_t bytes = 1; bytes <= std::min(word_bytes_max, rest().size()); ++bytes) {
        word.add(text[at_ + bytes - 1]);
        if (characters(rest().substr(0, bytes)) >= word_min && word.is_one())
          reach(bytes, worth_of_a_word);
      }
    }
  }
  void read_names() {
    constexpr std::array<std::string_view, 16> little{"the", "and", "you", "for", "my", "me",
                                                      "is",  "are", "in",  "on",  "to", "of",
                                                      "it",  "we",  "be",  "no"};
    for (const std::string_view name : names_)
      if (characters(name) >= 2 && rest().starts_with(name)) reach(name.size(), worth_of_a_piece);
    for (const auto word : little)
      if (rest().starts_with(word)) reach(word.size(), worth_of_a_piece);
  }

  std::string text_;
  std::array<std::string, 3> alike_;  // what it may be meant to look like
  std::array<std::string, 4> names_;
  std::size_t at_ = 0;
  std::vector<int> worth_;
};

}  // namespace

int worth_of(std::string_view password, const EmailAddress& whose) {
  return Reading{password, whose}.worth();
}

PasswordRefusal refusal_of(std::string_view password, const EmailAddress& whose,
                           PasswordRule rule) {
  if (static_cast<int>(characters(password)) < rule.length_min)
    return because::password_too_short{rule.length_min};
  if (worth_of(password, whose) < rule.worth_min) return because::password_too_common{};
  return {};
}

}  // namespace madang::identity
