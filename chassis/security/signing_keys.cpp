#include "chassis/security/signing_keys.hpp"

#include <charconv>
#include <mutex>

#include "chassis/ports/failures.hpp"
#include "chassis/security/base64url.hpp"

namespace madang::security {
namespace {

constexpr std::string_view name = "token-keys";

[[noreturn]] void not_keys() {
  throw chassis::Corrupt{"the secret token-keys is not what the shop writes"};
}

// The rest of the line that begins with `word`; takes it off the text.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return std::nullopt;
  text.remove_prefix(word.size());
  const auto end = text.find('\n');
  if (end == std::string_view::npos) not_keys();
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

Es256PrivateKey key_in(std::optional<std::string_view> line) {
  const auto scalar = line ? parse_base64url(*line) : std::nullopt;
  auto key = scalar ? Es256PrivateKey::from_scalar(*scalar) : std::nullopt;
  if (!key) not_keys();
  return *std::move(key);
}

std::string jwk_of(const Es256PublicKey& key) {
  return R"({"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":")" + key.id() +
         R"(","x":")" + base64url(key.x()) + R"(","y":")" + base64url(key.y()) + R"("})";
}

}  // namespace

SigningKeys::SigningKeys(Secrets& secrets, runtime::Runtime& runtime, TurnedBy turned_by)
    : secrets_{secrets},
      runtime_{runtime},
      staleness_{runtime, turned_by},
      turning_{runtime},
      reading_{runtime.monitor()} {
  if (const auto text = secrets_.read(name)) {
    ring_ = std::make_shared<const Ring>(parse(*text));
  } else {
    store({.turned_at = now(), .next = new_key(), .current = new_key(), .previous = std::nullopt});
  }
}

Es256PrivateKey SigningKeys::current() const { return ring()->current; }

std::optional<Es256PublicKey> SigningKeys::find(std::string_view key_id) const {
  if (auto key = ring()->find(key_id)) return key;
  if (!staleness_.is_likely()) return std::nullopt;
  read_anew();
  return ring()->find(key_id);
}

std::optional<Es256PublicKey> SigningKeys::Ring::find(std::string_view key_id) const {
  for (const auto* key : {&current, &next}) {
    if (key->public_key().id() == key_id) return key->public_key();
  }
  if (previous && previous->public_key().id() == key_id) return previous->public_key();
  return std::nullopt;
}

void SigningKeys::read_anew() const {
  const std::lock_guard section{turning_};
  staleness_.note_reading();
  const auto text = secrets_.read(name);
  if (!text) throw chassis::Corrupt{"the secret " + std::string{name} + " is gone"};
  if (*text != text_of(*ring())) take(parse(*text));
}

std::string SigningKeys::jwks() const {
  const auto keys = ring();
  auto text =
      R"({"keys":[)" + jwk_of(keys->current.public_key()) + ',' + jwk_of(keys->next.public_key());
  if (keys->previous) text += ',' + jwk_of(keys->previous->public_key());
  return text + "]}";
}

void SigningKeys::rotate() {
  const std::lock_guard section{turning_};
  const auto before = ring();
  store({.turned_at = now(),
         .next = new_key(),
         .current = before->next,
         .previous = before->current});
}

bool SigningKeys::rotate_after(runtime::Duration age) {
  if (now() - turned_at() < age) return false;
  rotate();
  return true;
}

kernel::Instant SigningKeys::turned_at() const { return ring()->turned_at; }

SigningKeys::Ring SigningKeys::parse(std::string_view text) {
  const auto turned = take_line(text, "turned ");
  std::int64_t milliseconds = 0;
  if (!turned) not_keys();
  const auto* const end = turned->data() + turned->size();
  const auto [stopped, wrong] = std::from_chars(turned->data(), end, milliseconds);
  if (wrong != std::errc{} || stopped != end) not_keys();
  auto next = key_in(take_line(text, "next "));
  auto current = key_in(take_line(text, "current "));
  std::optional<Es256PrivateKey> previous;
  if (const auto line = take_line(text, "previous ")) previous = key_in(line);
  if (!text.empty()) not_keys();
  return {.turned_at = kernel::Instant{std::chrono::milliseconds{milliseconds}},
          .next = std::move(next),
          .current = std::move(current),
          .previous = std::move(previous)};
}

std::string SigningKeys::text_of(const Ring& keys) {
  auto text = "turned " + std::to_string(keys.turned_at.time_since_epoch().count()) + '\n';
  text += "next " + base64url(keys.next.scalar()) + '\n';
  text += "current " + base64url(keys.current.scalar()) + '\n';
  if (keys.previous) text += "previous " + base64url(keys.previous->scalar()) + '\n';
  return text;
}

Es256PrivateKey SigningKeys::new_key() const {
  return Es256PrivateKey::generate(
      [this](std::span<std::byte> bytes) { runtime_.fill_random(bytes); });
}

kernel::Instant SigningKeys::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(runtime_.now());
}

std::shared_ptr<const SigningKeys::Ring> SigningKeys::ring() const {
  const std::lock_guard section{*reading_};
  return ring_;
}

void SigningKeys::store(Ring keys) {
  secrets_.write(name, text_of(keys));
  take(std::move(keys));
}

void SigningKeys::take(Ring keys) const {
  auto fresh = std::make_shared<const Ring>(std::move(keys));
  const std::lock_guard section{*reading_};
  ring_ = std::move(fresh);
  turn_.fetch_add(1, std::memory_order_release);
}

}  // namespace madang::security
