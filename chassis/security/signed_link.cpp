#include "chassis/security/signed_link.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

#include "chassis/security/base64url.hpp"
#include "chassis/security/hmac.hpp"
#include "chassis/security/keyed_digest.hpp"

namespace madang::security {
namespace {

constexpr std::int64_t last_second = 253'402'300'799;  // of the year 9999

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void demand_plain(std::string_view text, bool slashes) {
  const bool is_plain = std::ranges::all_of(
      text, [slashes](char c) { return is_unreserved(c) || (slashes && c == '/'); });
  if (!is_plain) throw std::invalid_argument{"a signed link holds unreserved characters only"};
}

// A parameter that is there once. Twice, and two readers could take two different ones.
std::optional<std::string_view> only(const http::Query& query, std::string_view name) {
  const auto all = query.all(name);
  return all.size() == 1 ? std::optional{all.front()} : std::nullopt;
}

std::optional<std::int64_t> seconds_in(std::string_view text) {
  std::int64_t seconds = 0;
  const auto* const end = text.data() + text.size();
  const auto [stopped, wrong] = std::from_chars(text.data(), end, seconds);
  if (wrong != std::errc{} || stopped != end || seconds < 0 || seconds > last_second) {
    return std::nullopt;
  }
  return seconds;
}

}  // namespace

std::string SignedLinks::sign(std::string_view path, std::string_view subject,
                              kernel::Instant expires_at) const {
  demand_plain(path, true);
  demand_plain(subject, false);
  const auto expires = std::to_string(
      std::chrono::floor<std::chrono::seconds>(expires_at).time_since_epoch().count());
  const auto signature = keyed_digest(key_.current(), purpose_, {path, expires, subject});
  return std::string{path} + "?expires=" + expires + "&for=" + std::string{subject} +
         "&signature=" + base64url(as_text(signature));
}

std::expected<OpenedLink, LinkFault> SignedLinks::open(const http::Request& request,
                                                       kernel::Instant now) const {
  const auto expires = only(request.query, "expires");
  const auto subject = only(request.query, "for");
  const auto text = only(request.query, "signature");
  const auto signature = text ? parse_base64url(*text) : std::nullopt;
  const auto seconds = expires ? seconds_in(*expires) : std::nullopt;
  if (!subject || !signature || !seconds) return std::unexpected{LinkFault::malformed};
  const bool is_ours = key_.any_of([&](const std::string& key) {
    const auto ours = keyed_digest(key, purpose_, {request.path, *expires, *subject});
    return same_secret(as_text(ours), *signature);
  });
  if (!is_ours) return std::unexpected{LinkFault::wrong_signature};
  const kernel::Instant expires_at{std::chrono::seconds{*seconds}};
  if (now >= expires_at) return std::unexpected{LinkFault::expired};
  return OpenedLink{std::string{*subject}, expires_at};
}

}  // namespace madang::security
