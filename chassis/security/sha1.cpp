#include "chassis/security/sha1.hpp"

#include <openssl/evp.h>

#include <stdexcept>

namespace madang::security {

std::array<std::uint8_t, 20> sha1(std::string_view bytes) {
  std::array<std::uint8_t, 20> digest{};
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha1(), nullptr) != 1)
    throw std::runtime_error{"SHA-1 is not to be had from libcrypto"};
  return digest;
}

}  // namespace madang::security
