#include "chassis/security/aead.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <limits>
#include <memory>
#include <stdexcept>

#include "chassis/security/secrets.hpp"

namespace madang::security {
namespace {

constexpr char form = 1;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;

struct Free {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, Free>;

void demand(bool succeeded) {
  if (!succeeded) throw std::runtime_error{"AES-256-GCM is not to be had from libcrypto"};
}

const EVP_CIPHER* algorithm() {
  static const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  demand(fetched != nullptr);
  return fetched;
}

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* octets(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

int length_of(std::string_view bytes) {
  demand(bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
  return static_cast<int>(bytes.size());
}

}  // namespace

std::string seal_box(runtime::Runtime& runtime, std::string_view key, std::string_view about,
                     std::string_view plain) {
  demand(key.size() == key_size);
  const auto nonce = random_bytes(runtime, nonce_size);
  std::string cipher(plain.size(), '\0');
  std::string tag(tag_size, '\0');
  int size = 0;
  const Context context{EVP_CIPHER_CTX_new()};
  demand(context &&
         EVP_EncryptInit_ex2(context.get(), algorithm(), octets(key), octets(nonce), nullptr) == 1);
  demand(EVP_EncryptUpdate(context.get(), nullptr, &size, octets(about), length_of(about)) == 1);
  demand(EVP_EncryptUpdate(context.get(), octets(cipher), &size, octets(plain), length_of(plain)) ==
         1);
  demand(EVP_EncryptFinal_ex(context.get(), octets(cipher) + size, &size) == 1);
  demand(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, tag_size, tag.data()) == 1);
  return form + nonce + cipher + tag;
}

std::optional<std::string> open_box(std::string_view key, std::string_view about,
                                    std::string_view box) {
  demand(key.size() == key_size);
  if (box.size() < box_overhead || box.front() != form) return std::nullopt;
  const auto nonce = box.substr(1, nonce_size);
  const auto cipher = box.substr(1 + nonce_size, box.size() - box_overhead);
  std::string tag{box.substr(box.size() - tag_size)};
  std::string plain(cipher.size(), '\0');
  int size = 0;
  const Context context{EVP_CIPHER_CTX_new()};
  demand(context &&
         EVP_DecryptInit_ex2(context.get(), algorithm(), octets(key), octets(nonce), nullptr) == 1);
  demand(EVP_DecryptUpdate(context.get(), nullptr, &size, octets(about), length_of(about)) == 1);
  demand(EVP_DecryptUpdate(context.get(), octets(plain), &size, octets(cipher),
                           length_of(cipher)) == 1);
  demand(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, tag_size, tag.data()) == 1);
  if (EVP_DecryptFinal_ex(context.get(), octets(plain) + size, &size) != 1) {
    ERR_clear_error();  // it would stay in the thread's queue for the next reader
    return std::nullopt;
  }
  return plain;
}

}  // namespace madang::security
