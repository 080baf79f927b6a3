#pragma once
// Reads lists of titles row by row, however long they are: comma-separated values as in RFC 4180, in UTF-8.
// A row that is not well formed is told with its line and never believed; reading goes on after it.
//
//   file  = [ BOM ] *( row line-end ) [ row ]      ; line-end = CR LF | LF; empty lines are passed over
//   row   = field *( "," field )
//   field = *plain | '"' *( plain | "," | CR | LF | '""' ) '"'     ; plain: neither quote, comma, CR nor LF
//
// A quote that nobody closes would swallow what follows it, so a field may only be so long: where it is too
// long, its row ends with that line. Memory is bounded by the limits.
#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace madang::catalog {

struct CsvRow {
  std::int64_t line;  // on which it begins, from 1
  std::vector<std::string> fields;
};
struct CsvFault {
  std::int64_t line;  // on which the row begins
  std::string why;    // for a person
};
struct CsvLimits {
  std::size_t field_bytes_max = 64 * 1024;
  std::size_t fields_max = 256;
};

// One task. The stream must outlive the reader.
class CsvReader {
 public:
  explicit CsvReader(std::istream& from, CsvLimits limits = {});

  // From now on a row of another number of fields is a fault.
  void expect_fields(std::size_t count) { expected_ = count; }
  // Nothing: the stream has ended, or (see its bad()) cannot be read.
  std::optional<std::variant<CsvRow, CsvFault>> next();

 private:
  enum class In { field_start, plain, quoted, after_quote };

  int take();
  void keep(char);
  void end_field();
  void found_fault(std::string why);
  void read_row();
  void check_row();

  std::streambuf& from_;
  std::istream& stream_;
  CsvLimits limits_;
  std::optional<std::size_t> expected_;
  std::int64_t line_ = 1;
  // The row being read.
  CsvRow row_{};
  std::string field_;
  std::string why_;
};

// Well-formed in the shortest form, without surrogates (RFC 3629).
[[nodiscard]] bool is_utf8(std::string_view);

}  // namespace madang::catalog
