#include "catalog/application/title_row.hpp"

#include "catalog/application/register_edition.hpp"
#include "kernel/match.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace madang::catalog {
namespace {

constexpr std::size_t title_characters_max = 1000, name_characters_max = 300,
                      identifier_characters_max = 200, contributors_max = 50;

// Control characters are white space too: lists have line feeds in titles.
std::string tidied(std::string_view text) {
  std::string tidy;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte != 0x7F) tidy.push_back(c);
    else if (!tidy.empty() && tidy.back() != ' ') tidy.push_back(' ');
  }
  if (!tidy.empty() && tidy.back() == ' ') tidy.pop_back();
  return tidy;
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// A language as BCP 47 begins it: two or three letters, then subtags of one to eight letters and digits.
bool is_language(std::string_view tag) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t from = 0, part = 0;; ++part) {
    const auto end = std::min(tag.find('-', from), tag.size());
    const auto subtag = tag.substr(from, end - from);
    const bool fits =
        part == 0 ? subtag.size() >= 2 && subtag.size() <= 3 && std::ranges::all_of(subtag, letter)
                  : !subtag.empty() && subtag.size() <= 8 &&
                        std::ranges::all_of(subtag, [&](char c) { return letter(c) || digit(c); });
    if (!fits) return false;
    if (end == tag.size()) return true;
    from = end + 1;
  }
}

std::string_view field(const std::vector<std::string>& fields, std::optional<std::size_t> column) {
  return column ? std::string_view{fields[*column]} : std::string_view{};
}

std::expected<Identifier, std::string> identifier_of(std::string_view isbn, std::string_view id,
                                                     const std::string& publisher) {
  if (isbn.empty() && id.empty()) return std::unexpected{"it has no identifier"};
  const auto scheme = isbn.empty() ? IdentifierScheme::publisher : IdentifierScheme::isbn13;
  const auto value = isbn.empty() ? publisher + ":" + std::string{id} : std::string{isbn};
  if (characters(value) > identifier_characters_max)
    return std::unexpected{"the identifier is too long"};
  using Checked = std::expected<Identifier, std::string>;
  return kernel::match(
      checked(scheme, value), [](const Identifier& identifier) -> Checked { return identifier; },
      [&](const because::isbn_invalid&) -> Checked {
        return std::unexpected{"this is no ISBN: " + value};
      },
      [](const because::identifier_malformed&) -> Checked {
        return std::unexpected{"the identifier is malformed"};
      });
}

std::expected<std::vector<std::string>, std::string> contributors_of(std::string_view authors) {
  std::vector<std::string> names;
  while (!authors.empty()) {
    const auto end = std::min(authors.find('|'), authors.size());
    auto name = tidied(authors.substr(0, end));
    authors.remove_prefix(std::min(end + 1, authors.size()));
    if (name.empty()) continue;
    if (characters(name) > name_characters_max)
      return std::unexpected{"the name of an author is too long"};
    names.push_back(std::move(name));
  }
  if (names.size() > contributors_max) return std::unexpected{"it has more than 50 authors"};
  return names;
}

}  // namespace

std::expected<TitleColumns, std::string> TitleColumns::of(const std::vector<std::string>& names) {
  TitleColumns columns;
  const std::array<std::pair<std::string_view, std::optional<std::size_t>*>, 6> known{
      {{"id", &columns.id_},
       {"gutenberg_id", &columns.id_},
       {"isbn", &columns.isbn_},
       {"title", &columns.title_},
       {"authors", &columns.authors_},
       {"language", &columns.language_}}};
  for (std::size_t at = 0; at < names.size(); ++at)
    for (const auto& [name, column] : known) {
      if (tidied(names[at]) != name) continue;
      if (*column)
        return std::unexpected{"two columns tell the same: " + std::string{name} +
                               " is the second"};
      *column = at;
    }
  if (!columns.id_ && !columns.isbn_)
    return std::unexpected{"no column is named id, gutenberg_id or isbn"};
  if (!columns.title_) return std::unexpected{"no column is named title"};
  return columns;
}

std::expected<Details, std::string> TitleColumns::details(
    const std::vector<std::string>& fields, const std::string& publisher,
    const std::optional<std::string>& when_untitled) const {
  auto identifier =
      identifier_of(tidied(field(fields, isbn_)), tidied(field(fields, id_)), publisher);
  if (!identifier) return std::unexpected{std::move(identifier.error())};

  auto title = tidied(field(fields, title_));
  if (title.empty() && when_untitled) title = *when_untitled;
  if (title.empty()) return std::unexpected{"it has no title"};
  if (characters(title) > title_characters_max) return std::unexpected{"the title is too long"};

  auto contributors = contributors_of(field(fields, authors_));
  if (!contributors) return std::unexpected{std::move(contributors.error())};

  const auto languages = tidied(field(fields, language_));
  const auto language = languages.empty() ? "und" : languages.substr(0, languages.find('/'));
  if (!is_language(language)) return std::unexpected{"this is no language: " + language};

  return Details{std::move(title), std::move(*contributors), language, Format::ebook,
                 std::move(*identifier)};
}

}  // namespace madang::catalog
