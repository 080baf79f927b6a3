#include "catalog/application/terms_rule.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <limits>

namespace madang::catalog {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_within(std::string_view language, std::string_view tag) {
  if (language.size() < tag.size()) return false;
  if (language.size() > tag.size() && language[tag.size()] != '-') return false;
  return std::ranges::equal(language.substr(0, tag.size()), tag, {}, lower, lower);
}

}  // namespace

class TermsRule::Parser {
 public:
  explicit Parser(std::string_view text) : text_{text} {}

  TermsRule rule() {
    TermsRule rule;
    do {
      rule.clauses_.push_back(clause());
    } while (skipped(';') && !at_end());
    if (!at_end()) fail("a semicolon or the end is expected");
    return rule;
  }

 private:
  Clause clause() {
    auto about = titles();
    demand(':', "a colon is expected");
    auto lent = price(1);
    demand(',', "a comma and the days of a loan are expected");
    const auto days = quantity(1, 365, {"day", "days"});
    demand(',', "a comma and the number of licences are expected");
    const auto licences = quantity(0, 100'000, {"licence", "licences"});
    RentalTerms terms{lent, days, licences, 0, {}};
    if (skipped(',')) {
      terms.extensions = quantity(0, 10, {"extension", "extensions"});
      if (const auto here = at_; word() == "at") terms.extension_price = price(0);
      else at_ = here;
    }
    return {std::move(about), terms};
  }
  std::optional<std::string> titles() {
    if (skipped('*')) return std::nullopt;
    const auto here = begin_token();
    if (word() != "language" || !skipped('=')) fail_at(here, "* or language=TAG is expected");
    const auto from = begin_token();
    while (at_ < text_.size() &&
           (is_letter(text_[at_]) || is_digit(text_[at_]) || text_[at_] == '-'))
      ++at_;
    if (at_ == from) fail("a language is expected, such as ko");
    return std::string{text_.substr(from, at_ - from)};
  }
  Money price(std::int64_t least) {
    const auto amount = number(least, 100'000'000);
    const auto here = begin_token();
    const auto currency = kernel::Currency::parse(word());
    if (!currency) fail_at(here, "a currency of three capitals is expected, such as KRW");
    return Money::minor_units(amount, *currency);
  }
  std::int32_t quantity(std::int64_t least, std::int64_t most,
                        std::initializer_list<std::string_view> units) {
    const auto count = number(least, most);
    const auto here = begin_token();
    if (std::ranges::find(units, word()) == units.end())
      fail_at(here, "the word " + std::string{*(units.end() - 1)} + " is expected");
    return static_cast<std::int32_t>(count);
  }
  std::int64_t number(std::int64_t least, std::int64_t most) {
    const auto here = begin_token();
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    if (at_ == here) fail("a number is expected");
    std::int64_t value = 0;
    const auto read = std::from_chars(text_.data() + here, text_.data() + at_, value);
    if (read.ec != std::errc{} || value < least || value > most)
      fail_at(here, "a number from " + std::to_string(least) + " to " + std::to_string(most) +
                        " is expected");
    return value;
  }
  std::string_view word() {
    const auto here = begin_token();
    while (at_ < text_.size() && is_letter(text_[at_])) ++at_;
    return text_.substr(here, at_ - here);
  }
  std::size_t begin_token() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n'))
      ++at_;
    return at_;
  }
  bool at_end() { return begin_token() == text_.size(); }
  bool skipped(char mark) {
    if (at_end() || text_[at_] != mark) return false;
    ++at_;
    return true;
  }
  void demand(char mark, const char* otherwise) {
    if (!skipped(mark)) fail(otherwise);
  }
  [[noreturn]] void fail(std::string why) { fail_at(begin_token(), std::move(why)); }
  [[noreturn]] static void fail_at(std::size_t at, std::string why) {
    throw Fault{at + 1, std::move(why)};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::expected<TermsRule, TermsRule::Fault> TermsRule::parse(std::string_view text) {
  try {
    return Parser{text}.rule();
  } catch (Fault& fault) {
    return std::unexpected{std::move(fault)};
  }
}

std::optional<RentalTerms> TermsRule::terms_for(const Details& details) const {
  for (const auto& clause : clauses_)
    if (!clause.language || is_within(details.language, *clause.language)) return clause.terms;
  return std::nullopt;
}

}  // namespace madang::catalog
