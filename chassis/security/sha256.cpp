#include "chassis/security/sha256.hpp"

#include <openssl/evp.h>

#include <stdexcept>

namespace madang::security {
namespace {

[[noreturn]] void broken() { throw std::runtime_error{"SHA-256 is not to be had from libcrypto"}; }

// Fetched once: looking an algorithm up costs more than hashing a short text.
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (fetched == nullptr) broken();
  return fetched;
}

template <class Deleter>
EVP_MD_CTX* in(const std::unique_ptr<void, Deleter>& context) {
  return static_cast<EVP_MD_CTX*>(context.get());
}

}  // namespace

void Sha256::Free::operator()(void* context) const noexcept {
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context));
}

Sha256::Sha256() : context_{EVP_MD_CTX_new()} {
  if (!context_ || EVP_DigestInit_ex2(in(context_), algorithm(), nullptr) != 1) broken();
}

void Sha256::update(std::string_view bytes) {
  if (EVP_DigestUpdate(in(context_), bytes.data(), bytes.size()) != 1) broken();
}

Digest256 Sha256::finish() {
  Digest256 digest{};
  if (EVP_DigestFinal_ex(in(context_), digest.data(), nullptr) != 1) broken();
  if (EVP_DigestInit_ex2(in(context_), algorithm(), nullptr) != 1) broken();
  return digest;
}

Digest256 sha256(std::string_view bytes) {
  Digest256 digest{};
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, algorithm(), nullptr) != 1) {
    broken();
  }
  return digest;
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::optional<Digest256> parse_digest(std::string_view hex) {
  constexpr std::string_view digits = "0123456789abcdef";
  Digest256 digest{};
  if (hex.size() != 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const auto high = digits.find(hex[2 * i]), low = digits.find(hex[2 * i + 1]);
    if (high == digits.npos || low == digits.npos) return std::nullopt;
    digest[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return digest;
}

}  // namespace madang::security
