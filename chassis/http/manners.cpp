#include "chassis/http/manners.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <variant>

namespace madang::http {

namespace {

struct Whole {};
struct Part {
  std::uint64_t first, last;
};
struct Nothing {};
using Wanted = std::variant<Whole, Part, Nothing>;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) return UINT64_MAX;
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Wanted wanted_part(const Request& request, std::uint64_t size, std::string_view etag) {
  const auto ranges = request.headers.all("Range");
  if (ranges.size() != 1) return Whole{};
  const auto condition = request.headers.get("If-Range");
  if (condition && *condition != etag) return Whole{};
  constexpr std::string_view unit = "bytes=";
  if (!equal_ignoring_case(ranges[0].substr(0, unit.size()), unit)) return Whole{};
  const std::string_view range = trimmed(ranges[0].substr(unit.size()));
  const std::size_t hyphen = range.find('-');
  if (hyphen == std::string_view::npos) return Whole{};
  const std::string_view from = range.substr(0, hyphen);
  const std::string_view to = range.substr(hyphen + 1);
  const auto first = number_in(from);
  const auto last = number_in(to);
  if (from.empty()) {  // the last so many
    if (!last) return Whole{};
    if (*last == 0 || size == 0) return Nothing{};
    return Part{size - std::min(*last, size), size - 1};
  }
  if (!first || (!last && !to.empty()) || (last && *last < *first)) return Whole{};
  if (*first >= size) return Nothing{};
  return Part{*first, last ? std::min(*last, size - 1) : size - 1};
}

}  // namespace

bool is_not_modified(const Request& request, std::string_view etag) {
  for (std::string_view list : request.headers.all("If-None-Match")) {
    while (!list.empty()) {
      const std::size_t end = std::min(list.find(','), list.size());
      std::string_view one = trimmed(list.substr(0, end));
      list.remove_prefix(std::min(end + 1, list.size()));
      if (one.starts_with("W/")) one.remove_prefix(2);  // compared weakly
      if (one == "*" || one == etag) return true;
    }
  }
  return false;
}

Response file_answer(const Request& request, const FileFacts& file, const Problems& problems,
                     std::function<bool()> keep_going) {
  const Headers always{{"ETag", file.etag}, {"Accept-Ranges", "bytes"}};
  if (is_not_modified(request, file.etag)) return {304, always};
  const Wanted wanted = wanted_part(request, file.size, file.etag);
  if (std::holds_alternative<Nothing>(wanted)) {
    Response answer = problems.answer({"range-not-satisfiable"}, preferred_language(request));
    answer.headers.set("Content-Range", "bytes */" + std::to_string(file.size));
    return answer;
  }
  Response answer{200, always};
  answer.headers.set("Content-Type", file.media_type);
  FileSlice slice{file.path, 0, file.size, std::move(keep_going)};
  if (const Part* part = std::get_if<Part>(&wanted)) {
    answer.status = 206;
    answer.headers.set("Content-Range", "bytes " + std::to_string(part->first) + '-' +
                                            std::to_string(part->last) + '/' +
                                            std::to_string(file.size));
    slice.offset = part->first;
    slice.length = part->last - part->first + 1;
  }
  answer.body = std::move(slice);
  return answer;
}

}  // namespace madang::http
