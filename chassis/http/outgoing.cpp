#include "chassis/http/outgoing.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace madang::http {

namespace {

constexpr std::size_t file_chunk_bytes = 256 * 1024;
constexpr std::size_t inline_body_bytes =
    16 * 1024;  // copied behind the head: one buffer, one call

std::string_view reason_of(int status) {
  constexpr std::pair<int, std::string_view> reasons[] = {
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {402, "Payment Required"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {416, "Range Not Satisfiable"},
      {417, "Expectation Failed"},
      {422, "Unprocessable Content"},
      {428, "Precondition Required"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
  };
  const auto found = std::ranges::find(reasons, status, &std::pair<int, std::string_view>::first);
  return found == std::end(reasons) ? "Status" : found->second;
}

// What the handler does not say itself. An answer of the shop is data, not a page: nothing in it may
// run, be framed, be sniffed at, or stay in a shared cache.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> careful_fields{{
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
}};

// A year, and every host below this one (RFC 6797 section 6.1; ASVS 5.0 3.4.1). Never sent in plain text (section 7.2).
constexpr std::string_view strict_transport = "max-age=31536000; includeSubDomains";

// The server's own: what a handler says about these is left out.
bool is_framing_field(std::string_view name) {
  return equal_ignoring_case(name, "Content-Length") || equal_ignoring_case(name, "Connection") ||
         equal_ignoring_case(name, "Transfer-Encoding") || equal_ignoring_case(name, "Date") ||
         equal_ignoring_case(name, "Keep-Alive");
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

void append_field(std::string& head, std::string_view name, std::string_view value) {
  head += name;
  head += ": ";
  head += value;
  head += "\r\n";
}

void append_number(std::string& text, std::uint64_t number) {
  char digits[24];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_head(std::string& head, const Response& response, const AnswerFrame& frame,
                 std::uint64_t length) {
  if (response.status < 200 || response.status > 599)
    throw std::runtime_error{"an answer has a status that is none"};
  head += "HTTP/1.1 ";
  append_number(head, static_cast<std::uint64_t>(response.status));
  head += ' ';
  head += reason_of(response.status);
  head += "\r\n";
  for (const auto& [name, value] : response.headers) {
    if (name.empty() || has_control(name) || name.find_first_of(" \t:") != std::string::npos ||
        has_control(value))
      throw std::runtime_error{"a header field of an answer cannot be sent"};
    if (!is_framing_field(name)) append_field(head, name, value);
  }
  for (const auto& [name, value] : careful_fields)
    if (!response.headers.has(name)) append_field(head, name, value);
  if (frame.is_secure) append_field(head, "Strict-Transport-Security", strict_transport);
  append_field(head, "Date", frame.date);
  if (!frame.keep_alive) append_field(head, "Connection", "close");
  else if (frame.is_1_0) append_field(head, "Connection", "keep-alive");
  const bool has_no_body = response.status == 204 || response.status == 304;
  if (!has_no_body) {
    head += "Content-Length: ";
    append_number(head, length);
    head += "\r\n";
  }
  head += "\r\n";
}

int open_slice(const FileSlice& slice) {
  const int file = ::open(slice.path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat is{};
  if (file < 0 || ::fstat(file, &is) != 0 || !S_ISREG(is.st_mode) ||
      slice.offset > static_cast<std::uint64_t>(is.st_size) ||
      slice.length > static_cast<std::uint64_t>(is.st_size) - slice.offset) {
    if (file >= 0) ::close(file);
    throw std::runtime_error{"a file to be sent is not there as it should be"};
  }
  return file;
}

Outgoing::Progress stopped(Channel::Outcome outcome) {
  return outcome == Channel::Outcome::must_wait ? Outgoing::Progress::blocked
                                                : Outgoing::Progress::broken;
}

}  // namespace

void Outgoing::begin(Response response, const AnswerFrame& frame) {
  close_file();
  head_.clear();
  body_.clear();
  at_ = 0;
  sent_ = 0;
  status_ = response.status;
  const bool has_body = !frame.head_only && response.status != 204 && response.status != 304;
  if (auto* slice = std::get_if<FileSlice>(&response.body)) {
    if (has_body) file_ = open_slice(*slice);
    append_head(head_, response, frame, slice->length);
    slice_ = std::move(*slice);
    return;
  }
  auto& text = std::get<std::string>(response.body);
  append_head(head_, response, frame, text.size());
  if (!has_body) return;
  if (text.size() <= inline_body_bytes) head_ += text;
  else body_ = std::move(text);
}

Outgoing::Progress Outgoing::write_to(Channel& channel) {
  while (at_ < head_.size() + body_.size()) {
    const std::size_t head_at = std::min(at_, head_.size());
    const std::size_t body_at = at_ - head_at;
    // With a file to follow, the head waits for its first bytes.
    const auto [outcome, count] =
        channel.write(std::string_view{head_}.substr(head_at),
                      std::string_view{body_}.substr(body_at), file_ >= 0);
    if (outcome != Channel::Outcome::moved) return stopped(outcome);
    at_ += count;
    sent_ += count;
  }
  return file_ < 0 ? Progress::done : send_file_chunk(channel);
}

Outgoing::Progress Outgoing::send_file_chunk(Channel& channel) {
  if (slice_.length > 0 && slice_.keep_going && !slice_.keep_going()) return Progress::ended;
  std::uint64_t in_turn = 0;
  while (slice_.length > 0) {
    if (in_turn >= file_chunk_bytes) return Progress::paused;
    const auto wanted = std::min<std::uint64_t>(slice_.length, file_chunk_bytes - in_turn);
    const auto [outcome, count] =
        channel.send_file(file_, static_cast<off_t>(slice_.offset), wanted);
    if (outcome != Channel::Outcome::moved) return stopped(outcome);
    if (count == 0) return Progress::broken;  // shorter than when it was opened
    slice_.offset += count;
    slice_.length -= count;
    sent_ += count;
    in_turn += count;
  }
  close_file();
  return Progress::done;
}

void Outgoing::release() {
  close_file();
  head_ = {};
  body_ = {};
  at_ = 0;
}

void Outgoing::close_file() {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
  slice_ = {};
}

std::string http_date(std::chrono::sys_seconds time) {
  constexpr std::string_view weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  const auto two = [](auto number) {
    const auto value = static_cast<unsigned>(number);
    return std::string{static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
  };
  std::string text{weekdays[std::chrono::weekday{day}.c_encoding()]};
  text += ", " + two(static_cast<unsigned>(date.day())) + ' ';
  text += months[static_cast<unsigned>(date.month()) - 1];
  text += ' ' + std::to_string(static_cast<int>(date.year())) + ' ';
  text += two(clock.hours().count()) + ':' + two(clock.minutes().count()) + ':';
  text += two(clock.seconds().count()) + " GMT";
  return text;
}

}  // namespace madang::http
