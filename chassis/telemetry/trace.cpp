#include "chassis/telemetry/trace.hpp"

#include <algorithm>
#include <cstring>
#include <span>

namespace madang::telemetry {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

void append_hex(std::string& text, std::span<const std::uint8_t> bytes) {
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
}

bool read_hex(std::string_view text, std::span<std::uint8_t> bytes) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const auto high = digits.find(text[2 * at]);
    const auto low = digits.find(text[2 * at + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return false;
    bytes[at] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

bool all_zero(std::span<const std::uint8_t> bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

void fill(std::span<std::uint8_t> bytes, const Random& random) {
  do {
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
      const std::uint64_t chance = random();
      std::memcpy(bytes.data() + at, &chance, sizeof chance);
    }
  } while (all_zero(bytes));
}

}  // namespace

bool TraceContext::is_set() const { return !all_zero(trace_id); }

std::string TraceContext::trace_id_text() const {
  std::string text;
  append_hex(text, trace_id);
  return text;
}

std::string TraceContext::span_id_text() const {
  std::string text;
  append_hex(text, span_id);
  return text;
}

std::string TraceContext::traceparent() const {
  std::string text = "00-";
  text.reserve(55);
  append_hex(text, trace_id);
  text += '-';
  append_hex(text, span_id);
  text += sampled ? "-01" : "-00";
  return text;
}

std::optional<TraceContext> TraceContext::parse(std::string_view text) {
  constexpr std::size_t length = 55;
  if (text.size() < length || text[2] != '-' || text[35] != '-' || text[52] != '-')
    return std::nullopt;
  TraceContext trace;
  std::array<std::uint8_t, 1> version{};
  std::array<std::uint8_t, 1> flags{};
  if (!read_hex(text, version) || !read_hex(text.substr(3), trace.trace_id) ||
      !read_hex(text.substr(36), trace.span_id) || !read_hex(text.substr(53), flags))
    return std::nullopt;
  const bool has_more = text.size() > length;
  if (version[0] == 0xff || (has_more && (version[0] == 0 || text[length] != '-')))
    return std::nullopt;
  if (all_zero(trace.trace_id) || all_zero(trace.span_id)) return std::nullopt;
  trace.sampled = (flags[0] & 1) != 0;
  return trace;
}

TraceContext new_trace(const Random& random) {
  TraceContext trace;
  fill(trace.trace_id, random);
  fill(trace.span_id, random);
  trace.sampled = true;
  return trace;
}

TraceContext child_of(const TraceContext& parent, const Random& random) {
  TraceContext child = parent;
  fill(child.span_id, random);
  return child;
}

}  // namespace madang::telemetry
