#include "chassis/telemetry/trace.hpp"

#include <algorithm>
#include <cstring>
#include <span>

namespace madang::telemetry {

namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr std::size_t traceparent_length = 55;

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

std::string TraceContext::span_id_text() const { return hex_text(span_id); }

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
  constexpr std::size_t length = traceparent_length;
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

bool is_sampled(std::string_view traceparent) {
  if (traceparent.size() < traceparent_length) return false;
  const auto flags = digits.find(traceparent[traceparent_length - 1]);
  return flags != std::string_view::npos && flags % 2 == 1;
}

std::string_view trace_id_in(std::string_view traceparent) {
  if (traceparent.size() < traceparent_length) return {};
  return traceparent.substr(3, 32);
}

SpanId span_id_of(const std::array<std::uint8_t, 16>& identity) {
  SpanId id{};
  std::copy_n(identity.begin(), id.size(), id.begin());
  return id;
}

std::string with_span(std::string traceparent, const std::array<std::uint8_t, 16>& identity) {
  if (is_sampled(traceparent)) traceparent.replace(36, 16, hex_text(span_id_of(identity)));
  return traceparent;
}

std::string hex_text(const SpanId& id) {
  std::string text;
  append_hex(text, id);
  return text;
}

}  // namespace madang::telemetry
