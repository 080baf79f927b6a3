#include "catalog/application/csv.hpp"

#include <algorithm>
#include <utility>

namespace madang::catalog {
namespace {

constexpr int end_of_file = std::char_traits<char>::eof();

}  // namespace

CsvReader::CsvReader(std::istream& from, CsvLimits limits)
    : from_{*from.rdbuf()}, stream_{from}, limits_{limits} {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  for (const char byte : byte_order_mark) {
    if (from_.sgetc() != static_cast<unsigned char>(byte)) break;
    from_.sbumpc();
  }
}

std::optional<std::variant<CsvRow, CsvFault>> CsvReader::next() {
  while (from_.sgetc() != end_of_file) {
    row_ = {line_, {}};
    why_.clear();
    read_row();
    const bool empty_line = why_.empty() && row_.fields.size() == 1 && row_.fields[0].empty();
    if (empty_line && expected_ != 1U) continue;
    check_row();
    if (!why_.empty()) return CsvFault{row_.line, std::move(why_)};
    return std::move(row_);
  }
  stream_.setstate(std::ios::eofbit);
  return std::nullopt;
}

int CsvReader::take() {
  const int byte = from_.sbumpc();
  if (byte == '\n') ++line_;
  return byte;
}

void CsvReader::keep(char byte) {
  if (field_.size() >= limits_.field_bytes_max)
    found_fault("a field is longer than " + std::to_string(limits_.field_bytes_max) + " bytes");
  else field_.push_back(byte);
}

void CsvReader::end_field() {
  if (row_.fields.size() >= limits_.fields_max)
    found_fault("there are more than " + std::to_string(limits_.fields_max) + " fields");
  else row_.fields.push_back(std::move(field_));
  field_.clear();
}

// The first fault is what a person needs to see; the others may follow from it.
void CsvReader::found_fault(std::string why) {
  if (why_.empty()) why_ = std::move(why);
}

void CsvReader::read_row() {
  field_.clear();
  auto in = In::field_start;
  for (int byte = take();; byte = take()) {
    if (byte == end_of_file) {
      if (in == In::quoted) found_fault("a quote is opened and never closed");
      return end_field();
    }
    // A fault ends the row with its line, inside quotes too: nobody knows where they should have ended.
    if (in == In::quoted && (byte != '\n' || why_.empty())) {
      if (byte == '"') in = In::after_quote;
      else keep(static_cast<char>(byte));
      continue;
    }
    if (byte == '\r' && from_.sgetc() == '\n') byte = take();
    if (byte == '\n') return end_field();
    if (byte == ',') {
      end_field();
      in = In::field_start;
    } else if (byte == '"' && in == In::field_start) {
      in = In::quoted;
    } else if (byte == '"' && in == In::after_quote) {
      keep('"');
      in = In::quoted;
    } else {
      if (byte == '"') found_fault("a quote stands in a field that does not begin with one");
      if (byte == '\r') found_fault("a carriage return stands alone");
      if (in == In::after_quote) found_fault("something follows the closing quote of a field");
      keep(static_cast<char>(byte));
      in = In::plain;
    }
  }
}

void CsvReader::check_row() {
  if (expected_ && row_.fields.size() != *expected_)
    found_fault("there are " + std::to_string(row_.fields.size()) + " fields instead of " +
                std::to_string(*expected_));
  if (!std::ranges::all_of(row_.fields, is_utf8)) found_fault("it is not UTF-8");
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    if (lead < 0x80) continue;
    if (lead < 0xC2 || lead > 0xF4) return false;
    const std::size_t following = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    if (text.size() - at < following) return false;
    // The first byte after the lead tells what is overlong, a surrogate, or beyond U+10FFFF.
    const auto least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const auto most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    const auto second = static_cast<unsigned char>(text[at]);
    if (second < least || second > most) return false;
    for (std::size_t i = 1; i < following; ++i)
      if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return false;
    at += following;
  }
  return true;
}

}  // namespace madang::catalog
