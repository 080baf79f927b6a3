#include "chassis/http/message.hpp"

#include <algorithm>
#include <array>

#include "chassis/http/target.hpp"

namespace madang::http {

namespace {

constexpr std::array<std::pair<Method, std::string_view>, 9> methods{{
    {Method::get, "GET"},
    {Method::head, "HEAD"},
    {Method::post, "POST"},
    {Method::put, "PUT"},
    {Method::patch, "PATCH"},
    {Method::delete_, "DELETE"},
    {Method::options, "OPTIONS"},
    {Method::trace, "TRACE"},
    {Method::query, "QUERY"},
}};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string_view text_of(Method method) { return methods[static_cast<std::size_t>(method)].second; }

std::optional<Method> parse_method(std::string_view text) {
  const auto found = std::ranges::find(methods, text, &std::pair<Method, std::string_view>::second);
  return found == methods.end() ? std::nullopt : std::optional{found->first};
}

bool equal_ignoring_case(std::string_view one, std::string_view other) {
  return one.size() == other.size() &&
         std::ranges::equal(one, other, [](char a, char b) { return lower(a) == lower(b); });
}

void Headers::add(std::string name, std::string value) {
  fields_.push_back({std::move(name), std::move(value)});
}

void Headers::set(std::string_view name, std::string value) {
  remove(name);
  add(std::string{name}, std::move(value));
}

void Headers::remove(std::string_view name) {
  std::erase_if(fields_, [&](const Field& field) { return equal_ignoring_case(field.name, name); });
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const Field& field : fields_)
    if (equal_ignoring_case(field.name, name)) return field.value;
  return std::nullopt;
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Field& field : fields_)
    if (equal_ignoring_case(field.name, name)) values.push_back(field.value);
  return values;
}

bool Headers::lists(std::string_view name, std::string_view token) const {
  for (const Field& field : fields_) {
    if (!equal_ignoring_case(field.name, name)) continue;
    const std::string_view line = field.value;
    for (std::size_t start = 0; start <= line.size();) {
      const std::size_t end = std::min(line.find(',', start), line.size());
      if (equal_ignoring_case(trimmed(line.substr(start, end - start)), token)) return true;
      start = end + 1;
    }
  }
  return false;
}

void Query::add(std::string name, std::string value) {
  parameters_.emplace_back(std::move(name), std::move(value));
}

std::optional<std::string_view> Query::get(std::string_view name) const {
  for (const auto& [known, value] : parameters_)
    if (known == name) return value;
  return std::nullopt;
}

std::vector<std::string_view> Query::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [known, value] : parameters_)
    if (known == name) values.push_back(value);
  return values;
}

Response json_response(int status, std::string json) {
  return {status, {{"Content-Type", "application/json"}}, std::move(json)};
}

Request request_of(Method method, std::string_view target, Headers headers, std::string body) {
  auto parsed = parse_target(target);
  if (!parsed) throw std::invalid_argument{std::string{parsed.error()}};
  Request request;
  request.method = method;
  request.target = target;
  request.path = std::move(parsed->path);
  request.query = std::move(parsed->query);
  request.headers = std::move(headers);
  request.body = std::move(body);
  request.client_address = "127.0.0.1";
  return request;
}

}  // namespace madang::http
