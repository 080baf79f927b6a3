#include "chassis/json/json.hpp"

#include "chassis/ports/failures.hpp"

#include <boost/json/src.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <set>

namespace madang::chassis {
namespace {

namespace bj = boost::json;

constexpr std::size_t depth_max = 32;

const bj::value& of(const void* value) { return *static_cast<const bj::value*>(value); }

[[noreturn]] void not_a(const char* what) {
  throw Corrupt{std::string{"this JSON value is not "} + what};
}

// Boost.JSON keeps the last of two members with one name; two readers could then disagree about what
// was asked. It reads a number beyond all doubles as infinity, which no JSON can say again. This parse
// keeps the names only and stops at either.
class AsReadByAll {
 public:
  static constexpr std::size_t max_object_size = SIZE_MAX;
  static constexpr std::size_t max_array_size = SIZE_MAX;
  static constexpr std::size_t max_key_size = SIZE_MAX;
  static constexpr std::size_t max_string_size = SIZE_MAX;
  using error = bj::error_code;

  bool on_document_begin(error&) { return true; }
  bool on_document_end(error&) { return true; }
  bool on_object_begin(error&) { return names_.emplace_back(), true; }
  bool on_object_end(std::size_t, error&) { return names_.pop_back(), true; }
  bool on_array_begin(error&) { return true; }
  bool on_array_end(std::size_t, error&) { return true; }
  bool on_key_part(std::string_view part, std::size_t, error&) { return key_ += part, true; }
  bool on_key(std::string_view part, std::size_t, error& failed) {
    key_ += part;
    if (!names_.back().insert(std::exchange(key_, {})).second) {
      failed = bj::error::not_object;
      return false;
    }
    return true;
  }
  bool on_string_part(std::string_view, std::size_t, error&) { return true; }
  bool on_string(std::string_view, std::size_t, error&) { return true; }
  bool on_number_part(std::string_view, error&) { return true; }
  bool on_int64(std::int64_t, std::string_view, error&) { return true; }
  bool on_uint64(std::uint64_t, std::string_view, error&) { return true; }
  bool on_double(double number, std::string_view, error& failed) {
    if (std::isfinite(number)) return true;
    failed = bj::error::exponent_overflow;
    return false;
  }
  bool on_bool(bool, error&) { return true; }
  bool on_null(error&) { return true; }
  bool on_comment_part(std::string_view, error&) { return true; }
  bool on_comment(std::string_view, error&) { return true; }

 private:
  std::vector<std::set<std::string>> names_;
  std::string key_;
};

constexpr std::string_view hex = "0123456789abcdef";
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

void JsonWriter::member(std::string_view name) {
  text(name);
  to_ += ':';
  comma_ = false;
}

void JsonWriter::text(std::string_view value) {
  separate();
  to_ += '"';
  std::size_t done = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto c = static_cast<unsigned char>(value[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    to_.append(value, done, i - done);
    done = i + 1;
    to_ += '\\';
    switch (c) {
      case '"': to_ += '"'; break;
      case '\\': to_ += '\\'; break;
      case '\n': to_ += 'n'; break;
      case '\r': to_ += 'r'; break;
      case '\t': to_ += 't'; break;
      default: to_ += {'u', '0', '0', hex[c >> 4U], hex[c & 15U]};
    }
  }
  to_.append(value, done, value.size() - done);
  to_ += '"';
}

void JsonWriter::integer(std::int64_t value) {
  separate();
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
  to_.append(digits.begin(), end);
}

void JsonWriter::raw(std::string_view json) {
  separate();
  to_ += json;
}

JsonView::Kind JsonView::kind() const {
  switch (of(value_).kind()) {
    case bj::kind::null: return Kind::null;
    case bj::kind::bool_: return Kind::boolean;
    case bj::kind::int64: return Kind::integer;
    case bj::kind::uint64:
    case bj::kind::double_: return Kind::number;
    case bj::kind::string: return Kind::text;
    case bj::kind::array: return Kind::array;
    case bj::kind::object: return Kind::object;
  }
  not_a("of any kind");
}

bool JsonView::boolean() const {
  const auto* value = of(value_).if_bool();
  return value ? *value : (not_a("true or false"), false);
}

std::int64_t JsonView::integer() const {
  const auto* value = of(value_).if_int64();
  return value ? *value : (not_a("an integer"), 0);
}

double JsonView::number() const {
  if (!of(value_).is_number()) not_a("a number");
  return of(value_).to_number<double>();
}

std::string_view JsonView::text() const {
  const auto* value = of(value_).if_string();
  if (!value) not_a("a text");
  return {value->data(), value->size()};
}

std::size_t JsonView::size() const {
  if (const auto* array = of(value_).if_array()) return array->size();
  if (const auto* object = of(value_).if_object()) return object->size();
  not_a("a list or an object");
}

JsonView JsonView::at(std::size_t index) const {
  if (index >= size()) not_a("that long");
  if (const auto* array = of(value_).if_array()) return JsonView{&(*array)[index]};
  return JsonView{&(of(value_).get_object().begin() + static_cast<std::ptrdiff_t>(index))->value()};
}

std::string_view JsonView::name_at(std::size_t index) const {
  const auto* object = of(value_).if_object();
  if (!object || index >= object->size()) not_a("an object of that size");
  const auto key = (object->begin() + static_cast<std::ptrdiff_t>(index))->key();
  return {key.data(), key.size()};
}

JsonView JsonView::operator[](std::string_view name) const {
  if (const auto found = find(name)) return *found;
  throw Corrupt{"this JSON object has no member " + std::string{name}};
}

std::optional<JsonView> JsonView::find(std::string_view name) const {
  const auto* object = of(value_).if_object();
  if (!object) not_a("an object");
  const auto* found = object->if_contains({name.data(), name.size()});
  return found ? std::optional{JsonView{found}} : std::nullopt;
}

std::string JsonView::json() const { return bj::serialize(of(value_)); }

struct JsonDocument::Inside {
  bj::monotonic_resource memory;
  bj::value value = bj::value(bj::storage_ptr(&memory));
};

JsonDocument::JsonDocument(std::unique_ptr<Inside> inside) : inside_{std::move(inside)} {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

std::optional<JsonDocument> JsonDocument::from_outside(std::string_view text) {
  bj::parse_options options;
  options.max_depth = depth_max;
  bj::basic_parser<AsReadByAll> parser{options};
  bj::error_code failed;
  if (parser.write_some(false, text.data(), text.size(), failed) != text.size() || failed)
    return std::nullopt;
  return try_parse(text);
}

std::optional<JsonDocument> JsonDocument::try_parse(std::string_view text) {
  auto inside = std::make_unique<Inside>();
  bj::error_code failed;
  bj::parse_options options;
  options.max_depth = depth_max;
  inside->value = bj::parse({text.data(), text.size()}, failed, &inside->memory, options);
  if (failed) return std::nullopt;
  return JsonDocument{std::move(inside)};
}

JsonDocument JsonDocument::stored(std::string_view text) {
  auto parsed = try_parse(text);
  if (!parsed) throw Corrupt{"not JSON: " + std::string{text.substr(0, 80)}};
  return std::move(*parsed);
}

JsonView JsonDocument::root() const { return JsonView{&inside_->value}; }

void JsonDocument::set(std::string_view name, std::string_view json) {
  auto* object = inside_->value.if_object();
  if (!object) not_a("an object");
  object->insert_or_assign({name.data(), name.size()},
                           bj::parse({json.data(), json.size()}, &inside_->memory));
}

void JsonDocument::rename(std::string_view from, std::string_view to) {
  const auto json = root()[from].json();
  remove(from);
  set(to, json);
}

void JsonDocument::remove(std::string_view name) {
  auto* object = inside_->value.if_object();
  if (!object) not_a("an object");
  object->erase({name.data(), name.size()});
}

std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k)
      three = three << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (unsigned k = 0; k < 4; ++k)
      text += i + k <= bytes.size() ? base64_digits[three >> (18U - 6U * k) & 63U] : '=';
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t three = 0;
    std::size_t padding = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const char c = text[i + k];
      const auto digit = base64_digits.find(c);
      const bool is_padding = c == '=' && k >= 2 && i + 4 == text.size();
      if ((digit == std::string_view::npos && !is_padding) || (!is_padding && padding > 0))
        return std::nullopt;
      padding += is_padding;
      three = three << 6U | (is_padding ? 0U : static_cast<std::uint32_t>(digit));
    }
    for (std::size_t k = 0; k < 3 - padding; ++k)
      bytes += static_cast<char>(three >> (16U - 8U * k) & 255U);
  }
  return bytes;
}

}  // namespace madang::chassis
