#include "chassis/http/problem.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "chassis/http/target.hpp"

namespace madang::http {

namespace {

constexpr std::array edge_texts = std::to_array<ProblemText>({
    {"malformed-request", 400, "The request is malformed", "요청 형식이 올바르지 않습니다",
     "The request could not be read.", "요청을 읽을 수 없습니다."},
    {"not-found", 404, "Not found", "찾을 수 없습니다", "There is nothing at this address.",
     "이 주소에는 아무것도 없습니다."},
    {"method-not-allowed", 405, "Method not allowed", "허용되지 않는 메서드입니다",
     "This resource does not understand the method; the Allow field lists those it does.",
     "이 자원은 해당 메서드를 지원하지 않습니다. 지원하는 메서드는 Allow 필드에 있습니다."},
    {"not-acceptable", 406, "Not acceptable", "제공할 수 없는 형식입니다",
     "None of the media types in Accept can be given.",
     "Accept에 적힌 형식으로는 응답할 수 없습니다."},
    {"request-timeout", 408, "The request took too long", "요청이 너무 오래 걸렸습니다",
     "The request did not arrive in time.", "요청이 제시간에 도착하지 않았습니다."},
    {"request-in-progress", 409, "The first request is still running",
     "같은 요청이 아직 처리 중입니다",
     "A request with this Idempotency-Key is being answered; try again in a moment.",
     "같은 Idempotency-Key의 요청을 처리하고 있습니다. 잠시 후 다시 시도해 주세요."},
    {"conflict", 409, "Somebody else was faster", "다른 변경이 먼저 처리되었습니다",
     "Look again and repeat the request.", "다시 확인한 뒤 요청을 반복해 주세요."},
    {"body-too-large", 413, "The body is too large", "본문이 너무 큽니다",
     "The body is larger than this resource takes.", "이 자원이 받는 크기보다 본문이 큽니다."},
    {"target-too-long", 414, "The address is too long", "주소가 너무 깁니다",
     "The request target is longer than allowed.", "요청 주소가 허용된 길이보다 깁니다."},
    {"unsupported-media-type", 415, "Unsupported media type", "지원하지 않는 형식입니다",
     "This resource does not take a body of that Content-Type.",
     "이 자원은 해당 Content-Type의 본문을 받지 않습니다."},
    {"range-not-satisfiable", 416, "The range is outside of the file",
     "요청한 범위가 파일을 벗어납니다", "The file has no byte in the range that was asked for.",
     "요청한 범위에 해당하는 내용이 없습니다."},
    {"expectation-failed", 417, "Expectation failed", "Expect 요청을 들어줄 수 없습니다",
     "Only 100-continue can be expected.", "Expect에는 100-continue만 쓸 수 있습니다."},
    {"precondition-required", 428, "A precondition is required", "조건이 필요합니다",
     "Send If-Match with the ETag that you read.", "읽은 ETag를 If-Match로 보내 주세요."},
    {"too-many-requests", 429, "Too many requests", "요청이 너무 많습니다",
     "Wait as long as Retry-After says.", "Retry-After에 적힌 시간만큼 기다려 주세요."},
    {"header-too-large", 431, "The header is too large", "요청 헤더가 너무 큽니다",
     "The header section has too many fields or bytes.", "헤더의 항목 수나 크기가 너무 큽니다."},
    {"internal-error", 500, "Something went wrong", "오류가 발생했습니다",
     "The request failed; nothing is known to be wrong with it.",
     "요청을 처리하지 못했습니다. 요청 자체의 문제는 아닙니다."},
    {"method-unknown", 501, "Unknown method", "알 수 없는 메서드입니다",
     "This server does not know the method.", "이 서버가 모르는 메서드입니다."},
    {"unavailable", 503, "Unavailable for now", "지금은 이용할 수 없습니다",
     "Try again after the time in Retry-After.",
     "Retry-After에 적힌 시간 뒤에 다시 시도해 주세요."},
    {"overloaded", 503, "Too busy for now", "지금은 요청이 많습니다",
     "The request was not begun; try again after the time in Retry-After.",
     "요청을 시작하지 않았습니다. Retry-After에 적힌 시간 뒤에 다시 시도해 주세요."},
    {"deadline-passed", 503, "It took too long", "처리 시간이 초과되었습니다",
     "The answer was not ready in time; it may still take effect, so repeat with the same key.",
     "제시간에 응답을 준비하지 못했습니다. 처리되었을 수 있으니 같은 키로 다시 요청해 주세요."},
    {"version-not-supported", 505, "HTTP version not supported", "지원하지 않는 HTTP 버전입니다",
     "This server speaks HTTP/1.1 and HTTP/1.0.", "이 서버는 HTTP/1.1과 HTTP/1.0을 지원합니다."},
});

std::string_view next_part(std::string_view& list, char separator) {
  const std::size_t end = std::min(list.find(separator), list.size());
  std::string_view part = list.substr(0, end);
  list.remove_prefix(std::min(end + 1, list.size()));
  while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
  while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
  return part;
}

// In thousandths; 1000 where none is given, 0 where it cannot be read.
int quality_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = next_part(parameters, ';');
    if (parameter.size() < 3 || (parameter[0] != 'q' && parameter[0] != 'Q') || parameter[1] != '=')
      continue;
    if (parameter[2] == '1') return 1000;
    int thousandths = 0;
    for (std::size_t at = 4; at < 7; ++at) {
      const char digit = at < parameter.size() ? parameter[at] : '0';
      thousandths = thousandths * 10 + (digit >= '0' && digit <= '9' ? digit - '0' : 0);
    }
    return thousandths;
  }
  return 1000;
}

bool names_language(std::string_view range, std::string_view language) {
  return equal_ignoring_case(range.substr(0, 2), language) &&
         (range.size() == 2 || range[2] == '-');
}

// Puts the problem's members in the place of {name}; what names no member stays as it is.
std::string filled(std::string_view text, const std::vector<Problem::Member>& members) {
  std::string full;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find('{'), text.size());
    full += text.substr(0, open);
    text.remove_prefix(open);
    const std::size_t close = text.find('}');
    if (close == std::string_view::npos) break;
    const auto member =
        std::ranges::find(members, text.substr(1, close - 1), &Problem::Member::name);
    full += member == members.end() ? text.substr(0, close + 1) : std::string_view{member->text};
    text.remove_prefix(close + 1);
  }
  full += text;
  return full;
}

void append_member(std::string& document, std::string_view name, std::string_view json) {
  document += document.empty() ? '{' : ',';
  document += json_quoted(name);
  document += ':';
  document += json;
}

}  // namespace

Language preferred_language(std::string_view accept_language) {
  int english = 0;
  int korean = 0;
  int any = 0;
  while (!accept_language.empty()) {
    std::string_view parameters = next_part(accept_language, ',');
    const std::string_view range = next_part(parameters, ';');
    const int quality = quality_of(parameters);
    if (range == "*") any = quality;
    else if (names_language(range, "en")) english = std::max(english, quality);
    else if (names_language(range, "ko")) korean = std::max(korean, quality);
  }
  return korean > std::max(english, any) || (korean > 0 && korean == any && english == 0)
             ? Language::ko
             : Language::en;
}

Language preferred_language(const Request& request) {
  return preferred_language(request.headers.get("Accept-Language").value_or(""));
}

Problem Problem::with(std::string name, std::string_view text) && {
  members.push_back({std::move(name), json_quoted(text), std::string{text}});
  return std::move(*this);
}

Problem Problem::with(std::string name, std::int64_t number) && {
  members.push_back({std::move(name), std::to_string(number), std::to_string(number)});
  return std::move(*this);
}

Problem Problem::with_json(std::string name, std::string json) && {
  members.push_back({std::move(name), json, json});
  return std::move(*this);
}

Problems::Problems(std::span<const ProblemText> texts) {
  add(edge_texts);
  for (std::size_t at = 0; at < texts.size(); ++at)
    for (std::size_t other = 0; other < at; ++other)
      if (texts[at].slug == texts[other].slug)
        throw std::invalid_argument{"problem named twice: " + std::string{texts[at].slug}};
  add(texts);
}

void Problems::add(std::span<const ProblemText> texts) {
  for (const ProblemText& text : texts) texts_.insert_or_assign(text.slug, text);
}

const ProblemText* Problems::find(std::string_view slug) const {
  const auto found = texts_.find(slug);
  return found == texts_.end() ? nullptr : &found->second;
}

Response Problems::answer(const Problem& problem, Language language) const {
  const ProblemText* text = find(problem.slug);
  if (text == nullptr) text = find("internal-error");
  const bool korean = language == Language::ko;
  const int status = problem.status != 0 ? problem.status : text->status;
  const std::string_view title = !problem.title.empty()
                                     ? std::string_view{problem.title}
                                     : (korean ? text->title_ko : text->title_en);
  const std::string_view detail = !problem.detail.empty()
                                      ? std::string_view{problem.detail}
                                      : (korean ? text->detail_ko : text->detail_en);
  std::string document;
  append_member(document, "type", json_quoted("/problems/" + std::string{text->slug}));
  append_member(document, "title", json_quoted(title));
  append_member(document, "status", std::to_string(status));
  append_member(document, "detail", json_quoted(filled(detail, problem.members)));
  for (const auto& member : problem.members) append_member(document, member.name, member.json);
  document += '}';
  return {status,
          {{"Content-Type", std::string{problem_media_type}},
           {"Content-Language", korean ? "ko" : "en"},
           {"Vary", "Accept-Language"}},
          std::move(document)};
}

std::span<const ProblemText> edge_problems() { return edge_texts; }

std::string json_quoted(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string quoted = "\"";
  quoted.reserve(text.size() + 2);
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text[0]);
    std::size_t length = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    length = std::min(length, text.size());
    if (c >= 0x80 && is_utf8(text.substr(0, length))) {
      quoted += text.substr(0, length);
    } else if (c >= 0x80) {
      quoted += "\\ufffd";
      length = 1;
    } else if (c == '"' || c == '\\') {
      quoted += {'\\', text[0]};
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c < 0x20 || c == 0x7f) {
      quoted += "\\u00";
      quoted += {digits[c >> 4], digits[c & 15]};
    } else {
      quoted += text[0];
    }
    text.remove_prefix(length);
  }
  return quoted += '"';
}

}  // namespace madang::http
