#include "chassis/security/hmac.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <limits>
#include <stdexcept>

namespace madang::security {
namespace {

template <std::size_t size>
std::array<std::uint8_t, size> hmac(const EVP_MD* by, std::string_view key,
                                    std::string_view bytes) {
  std::array<std::uint8_t, size> digest{};
  unsigned int written = 0;
  if (key.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) ||
      HMAC(by, key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data(),
           &written) == nullptr ||
      written != digest.size())
    throw std::runtime_error{"HMAC is not to be had from libcrypto"};
  return digest;
}

}  // namespace

Digest256 hmac_sha256(std::string_view key, std::string_view bytes) {
  return hmac<32>(EVP_sha256(), key, bytes);
}

std::array<std::uint8_t, 20> hmac_sha1(std::string_view key, std::string_view bytes) {
  return hmac<20>(EVP_sha1(), key, bytes);
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace madang::security
