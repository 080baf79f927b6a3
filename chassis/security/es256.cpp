#include "chassis/security/es256.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "chassis/security/base64url.hpp"
#include "chassis/security/sha256.hpp"

namespace madang::security {
namespace {

constexpr std::size_t coordinate_size = 32;

template <auto free>
struct FreeWith {
  void operator()(auto* it) const noexcept { free(it); }
};
template <class T, auto free>
using Owned = std::unique_ptr<T, FreeWith<free>>;

using Number = Owned<BIGNUM, BN_clear_free>;
using Group = Owned<EC_GROUP, EC_GROUP_free>;
using Point = Owned<EC_POINT, EC_POINT_free>;
using Builder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Parameters = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using Signature = Owned<ECDSA_SIG, ECDSA_SIG_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

void demand(bool succeeded) {
  if (!succeeded) throw std::runtime_error{"ECDSA on P-256 is not to be had from libcrypto"};
}

// libcrypto queues errors per thread, where the next reader would take them for its own.
void forget_errors() { ERR_clear_error(); }

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* octets(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

Number number_in(std::string_view bytes) {
  Number number{BN_bin2bn(octets(bytes), static_cast<int>(bytes.size()), nullptr)};
  demand(number != nullptr);
  return number;
}

Group p256() {
  Group group{EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)};
  demand(group != nullptr);
  return group;
}

// nullptr when the point is not on the curve. `scalar` is null for the public half alone.
std::shared_ptr<EVP_PKEY> key_of(std::string_view uncompressed_point, const BIGNUM* scalar) {
  const Builder builder{OSSL_PARAM_BLD_new()};
  demand(builder && OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                                    "prime256v1", 0) == 1);
  demand(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                          uncompressed_point.data(),
                                          uncompressed_point.size()) == 1);
  if (scalar != nullptr) {
    demand(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1);
  }
  const Parameters parameters{OSSL_PARAM_BLD_to_param(builder.get())};
  const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
  demand(parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1);
  EVP_PKEY* key = nullptr;
  const int selection = scalar != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  if (EVP_PKEY_fromdata(context.get(), &key, selection, parameters.get()) != 1) {
    forget_errors();
    return nullptr;
  }
  return {key, EVP_PKEY_free};
}

std::string uncompressed(std::string_view x, std::string_view y) {
  return std::string{"\x04"}.append(x).append(y);
}

}  // namespace

Es256PublicKey::Es256PublicKey(std::shared_ptr<evp_pkey_st> key, std::string x, std::string y)
    : key_{std::move(key)}, x_{std::move(x)}, y_{std::move(y)} {
  const auto canonical =
      R"({"crv":"P-256","kty":"EC","x":")" + base64url(x_) + R"(","y":")" + base64url(y_) + R"("})";
  id_ = base64url(as_text(sha256(canonical)));
}

std::optional<Es256PublicKey> Es256PublicKey::from_coordinates(std::string_view x,
                                                               std::string_view y) {
  if (x.size() != coordinate_size || y.size() != coordinate_size) return std::nullopt;
  auto key = key_of(uncompressed(x, y), nullptr);
  if (!key) return std::nullopt;
  return Es256PublicKey{std::move(key), std::string{x}, std::string{y}};
}

bool Es256PublicKey::signed_by_its_owner(std::string_view bytes, std::string_view signature) const {
  if (signature.size() != es256_signature_size) return false;
  const Signature parts{ECDSA_SIG_new()};
  demand(parts != nullptr);
  demand(ECDSA_SIG_set0(parts.get(), number_in(signature.substr(0, coordinate_size)).release(),
                        number_in(signature.substr(coordinate_size)).release()) == 1);
  std::array<unsigned char, 80> der{};  // two integers of at most 33 bytes, three headers of two
  unsigned char* end = der.data();
  const int size = i2d_ECDSA_SIG(parts.get(), &end);
  demand(size > 0 && static_cast<std::size_t>(size) <= der.size());
  const DigestContext context{EVP_MD_CTX_new()};
  demand(context && EVP_DigestVerifyInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr,
                                            key_.get(), nullptr) == 1);
  const bool is_right = EVP_DigestVerify(context.get(), der.data(), static_cast<std::size_t>(size),
                                         octets(bytes), bytes.size()) == 1;
  if (!is_right) forget_errors();
  return is_right;
}

Es256PrivateKey Es256PrivateKey::generate(const Chance& fill) {
  while (true) {  // all but one in 2^32 tries succeed
    std::string scalar(es256_scalar_size, '\0');
    fill(std::as_writable_bytes(std::span{scalar}));
    if (auto key = from_scalar(scalar)) return *std::move(key);
  }
}

std::optional<Es256PrivateKey> Es256PrivateKey::from_scalar(std::string_view scalar) {
  if (scalar.size() != es256_scalar_size) return std::nullopt;
  const auto group = p256();
  const auto secret = number_in(scalar);
  if (BN_is_zero(secret.get()) || BN_cmp(secret.get(), EC_GROUP_get0_order(group.get())) >= 0) {
    return std::nullopt;
  }
  const Point point{EC_POINT_new(group.get())};
  const Number x{BN_new()};
  const Number y{BN_new()};
  demand(point && x && y);
  demand(EC_POINT_mul(group.get(), point.get(), secret.get(), nullptr, nullptr, nullptr) == 1);
  demand(EC_POINT_get_affine_coordinates(group.get(), point.get(), x.get(), y.get(), nullptr) == 1);
  std::string x_bytes(coordinate_size, '\0');
  std::string y_bytes(coordinate_size, '\0');
  demand(BN_bn2binpad(x.get(), octets(x_bytes), static_cast<int>(coordinate_size)) > 0);
  demand(BN_bn2binpad(y.get(), octets(y_bytes), static_cast<int>(coordinate_size)) > 0);
  auto key = key_of(uncompressed(x_bytes, y_bytes), secret.get());
  demand(key != nullptr);
  return Es256PrivateKey{std::string{scalar},
                         {std::move(key), std::move(x_bytes), std::move(y_bytes)}};
}

std::string Es256PrivateKey::sign(std::string_view bytes) const {
  const DigestContext context{EVP_MD_CTX_new()};
  demand(context && EVP_DigestSignInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr,
                                          public_key_.key_.get(), nullptr) == 1);
  std::array<unsigned char, 80> der{};
  std::size_t size = der.size();
  demand(EVP_DigestSign(context.get(), der.data(), &size, octets(bytes), bytes.size()) == 1);
  const unsigned char* begin = der.data();
  const Signature parts{d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(size))};
  demand(parts != nullptr);
  std::string signature(es256_signature_size, '\0');
  auto* const out = octets(signature);
  constexpr auto half = static_cast<int>(coordinate_size);
  demand(BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), out, half) == half);
  demand(BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), out + coordinate_size, half) == half);
  return signature;
}

}  // namespace madang::security
