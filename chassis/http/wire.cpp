#include "chassis/http/wire.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "chassis/http/target.hpp"

namespace madang::http {

namespace {

constexpr std::size_t extension_bytes_max = 256;       // of one chunk's size line
constexpr std::size_t overhead_bytes_max = 16 * 1024;  // extensions and trailers of one body
constexpr std::size_t trailer_count_max = 32;

constexpr Fault malformed(std::string_view detail) { return {"malformed-request", detail}; }

// tchar of RFC 9110 section 5.6.2.
constexpr std::array<bool, 256> token_table = [] {
  std::array<bool, 256> table{};
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (const char c : std::string_view{"!#$%&'*+-.^_`|~"})
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return token_table[static_cast<unsigned char>(c)];
  });
}

bool is_field_value(std::string_view text) {
  bool ascii = true;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7f) return false;
    ascii = ascii && byte < 0x80;
  }
  return ascii || is_utf8(text);
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// The next line without its CRLF, taken off `text`. The scanner has seen to it that every line feed
// has a carriage return before it; a carriage return elsewhere is found as a control character.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end == 0 ? 0 : end - 1);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

struct RequestLine {
  Method method;
  std::string_view target;
  bool is_1_1;
};

std::expected<RequestLine, Fault> parse_request_line(std::string_view line,
                                                     const HeadLimits& limits) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last)
    return std::unexpected{malformed("The request line is not method, target and version.")};
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method)) return std::unexpected{malformed("The method is not a token.")};
  if (target.size() > limits.target_bytes) return std::unexpected{Fault{"target-too-long", ""}};
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; };
  if (target.empty() || std::ranges::any_of(target, is_control))
    return std::unexpected{malformed("The request line is not method, target and version.")};
  const bool is_version = version.size() == 8 && version.starts_with("HTTP/") &&
                          version[5] >= '0' && version[5] <= '9' && version[6] == '.' &&
                          version[7] >= '0' && version[7] <= '9';
  if (!is_version) return std::unexpected{malformed("The request line has no HTTP version.")};
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return std::unexpected{Fault{"version-not-supported", ""}};
  const auto known = parse_method(method);
  if (!known) return std::unexpected{Fault{"method-unknown", ""}};
  return RequestLine{*known, target, version == "HTTP/1.1"};
}

std::expected<Framing, Fault> framing_of(const Headers& headers, bool is_1_1) {
  const auto lengths = headers.all("Content-Length");
  const auto codings = headers.all("Transfer-Encoding");
  if (!codings.empty()) {
    if (!lengths.empty())
      return std::unexpected{malformed("Content-Length beside Transfer-Encoding.")};
    if (codings.size() > 1 || !is_1_1)
      return std::unexpected{malformed("Transfer-Encoding twice, or in HTTP/1.0.")};
    if (!equal_ignoring_case(codings[0], "chunked"))
      return std::unexpected{malformed("The only Transfer-Encoding understood is chunked.")};
    return Framing{};
  }
  if (lengths.empty()) return Framing{0};
  constexpr std::size_t digits_max = 18;  // fits 64 bits
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (lengths.size() > 1 || lengths[0].empty() || lengths[0].size() > digits_max ||
      !std::ranges::all_of(lengths[0], is_digit))
    return std::unexpected{malformed("Content-Length is not one plain number.")};
  std::uint64_t length = 0;
  std::from_chars(lengths[0].data(), lengths[0].data() + lengths[0].size(), length);
  return Framing{length};
}

bool is_host(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{".-_~:[]%!$&'()*+;="}.contains(c);
  });
}

// What comes after the scheme of a target in absolute form; nullopt of any other target.
std::optional<std::string_view> after_scheme(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (equal_ignoring_case(target.substr(0, scheme.size()), scheme))
      return target.substr(scheme.size());
  return std::nullopt;
}

}  // namespace

std::expected<std::optional<std::size_t>, Fault> HeadScanner::scan(std::string_view bytes) {
  if (line_start_ == 0 && !bytes.empty() && bytes[0] != '\r' &&
      !token_table[static_cast<unsigned char>(bytes[0])])
    return std::unexpected{malformed("This is not HTTP.")};
  while (true) {
    const std::size_t line_feed = bytes.find('\n', scanned_);
    const bool is_complete = line_feed != std::string_view::npos;
    const std::size_t seen = is_complete ? line_feed + 1 : bytes.size();
    // Method, two spaces and version take little beside the target.
    if (!past_request_line_ && seen > limits_.target_bytes + 64)
      return std::unexpected{Fault{"target-too-long", ""}};
    if (seen > limits_.header_bytes) return std::unexpected{Fault{"header-too-large", ""}};
    scanned_ = seen;
    if (!is_complete) return std::nullopt;
    if (line_feed == line_start_ || bytes[line_feed - 1] != '\r')
      return std::unexpected{malformed("A line ends in a bare line feed.")};
    const bool is_empty = line_feed - 1 == line_start_;
    line_start_ = seen;
    if (is_empty && past_request_line_) return seen;
    // One empty line before the request is forgiven (RFC 9112 section 2.2).
    if (is_empty && line_feed > 1) return std::unexpected{malformed("There is no request line.")};
    if (!is_empty) past_request_line_ = true;
  }
}

std::expected<Headers, Fault> parse_fields(std::string_view lines, std::size_t count_max) {
  Headers headers;
  while (!lines.empty()) {
    const std::string_view line = take_line(lines);
    if (line.empty()) break;
    if (is_blank(line[0])) return std::unexpected{malformed("A header line is folded.")};
    if (headers.size() == count_max) return std::unexpected{Fault{"header-too-large", ""}};
    const std::size_t colon = std::min(line.find(':'), line.size());
    if (colon == line.size() || !is_token(line.substr(0, colon)))
      return std::unexpected{malformed("A header line is not a name, a colon and a value.")};
    const std::string_view value = without_blanks(line.substr(colon + 1));
    if (!is_field_value(value))
      return std::unexpected{malformed("A header value holds control characters or is not UTF-8.")};
    headers.add(std::string{line.substr(0, colon)}, std::string{value});
  }
  return headers;
}

std::expected<Head, Fault> parse_head(std::string_view head, const HeadLimits& limits) {
  if (head.starts_with("\r\n")) head.remove_prefix(2);
  const auto line = parse_request_line(take_line(head), limits);
  if (!line) return std::unexpected{line.error()};
  auto headers = parse_fields(head, limits.header_count);
  if (!headers) return std::unexpected{headers.error()};
  const auto hosts = headers->all("Host");
  if (hosts.size() > 1 || (hosts.empty() && line->is_1_1) || (!hosts.empty() && !is_host(hosts[0])))
    return std::unexpected{malformed("There must be one Host, and it must be well-formed.")};
  std::string target{line->target};
  if (const auto named = after_scheme(target)) {
    const auto authority = named->substr(0, named->find_first_of("/?"));
    // Who would sign in by the target is refused too: a host has no "@".
    if (authority.empty() || authority[0] == ':' || !is_host(authority))
      return std::unexpected{malformed("A target in absolute form must name a host alone.")};
    headers->set("Host", std::string{authority});
    auto origin_form = std::string{named->substr(authority.size())};
    if (!origin_form.starts_with('/')) origin_form.insert(0, 1, '/');
    target = std::move(origin_form);
  }
  const auto framing = framing_of(*headers, line->is_1_1);
  if (!framing) return std::unexpected{framing.error()};
  const auto expected = headers->get("Expect");
  if (expected && !equal_ignoring_case(*expected, "100-continue"))
    return std::unexpected{Fault{"expectation-failed", ""}};
  const bool keep_alive = line->is_1_1 ? !headers->lists("Connection", "close")
                                       : headers->lists("Connection", "keep-alive");
  return Head{.method = line->method,
              .target = std::move(target),
              .headers = std::move(*headers),
              .framing = *framing,
              .is_1_1 = line->is_1_1,
              .keep_alive = keep_alive,
              .expects_continue = expected.has_value() && line->is_1_1};
}

std::expected<BodyDecoder::Step, Fault> BodyDecoder::next(std::string_view input,
                                                          std::size_t data_max) {
  switch (state_) {
    case State::size: return read_size(input);
    case State::data: {
      const auto length = static_cast<std::size_t>(
          std::min<std::uint64_t>(std::min(input.size(), data_max), left_));
      left_ -= length;
      if (left_ == 0) state_ = chunked_ ? State::data_end : State::done;
      return Step{length, input.substr(0, length)};
    }
    case State::data_end:
      if (!std::string_view{"\r\n"}.starts_with(input.substr(0, 2)))
        return std::unexpected{malformed("A chunk is longer than it says.")};
      if (input.size() < 2) return Step{0, {}};
      state_ = State::size;
      return Step{2, {}};
    case State::trailers: return read_trailer(input);
    case State::done: break;
  }
  return Step{0, {}};
}

std::expected<BodyDecoder::Step, Fault> BodyDecoder::read_size(std::string_view input) {
  constexpr std::size_t digits_max = 15;  // fits 64 bits
  const std::size_t line_feed = input.find('\n');
  const bool is_complete = line_feed != std::string_view::npos;
  if ((is_complete ? line_feed : input.size()) > digits_max + extension_bytes_max)
    return std::unexpected{malformed("A chunk size has too much after it.")};
  if (!is_complete) return Step{0, {}};
  if (line_feed == 0 || input[line_feed - 1] != '\r')
    return std::unexpected{malformed("A line ends in a bare line feed.")};
  const std::string_view line = input.substr(0, line_feed - 1);
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  const auto digits = static_cast<std::size_t>(end - line.data());
  const std::string_view extension = line.substr(digits);
  if (error != std::errc{} || digits > digits_max || (!extension.empty() && extension[0] != ';') ||
      !is_field_value(extension))
    return std::unexpected{malformed("A chunk size is not hexadecimal.")};
  overhead_ += extension.size();
  if (overhead_ > overhead_bytes_max)
    return std::unexpected{malformed("The chunks have too many extensions.")};
  left_ = size;
  state_ = size == 0 ? State::trailers : State::data;
  return Step{line_feed + 1, {}};
}

// Trailers are checked and dropped: nothing here has a use for them, and merging them into the
// headers is how a client would get around what was checked there.
std::expected<BodyDecoder::Step, Fault> BodyDecoder::read_trailer(std::string_view input) {
  const std::size_t line_feed = input.find('\n');
  const bool is_complete = line_feed != std::string_view::npos;
  if (overhead_ + (is_complete ? line_feed : input.size()) > overhead_bytes_max)
    return std::unexpected{Fault{"header-too-large", ""}};
  if (!is_complete) return Step{0, {}};
  if (line_feed == 0 || input[line_feed - 1] != '\r')
    return std::unexpected{malformed("A line ends in a bare line feed.")};
  const std::size_t used = line_feed + 1;
  overhead_ += used;
  if (used == 2) state_ = State::done;
  else if (const auto field = parse_fields(input.substr(0, used), trailer_count_max); !field)
    return std::unexpected{field.error()};
  return Step{used, {}};
}

}  // namespace madang::http
