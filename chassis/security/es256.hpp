#pragma once
// Signatures of ECDSA on P-256 with SHA-256, in JOSE's form (RFC 7518 section 3.4): 64 bytes, r then
// s. Keys are values, cheap to copy, and used by any number of threads at once.
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace madang::security {

inline constexpr std::size_t es256_scalar_size = 32;
inline constexpr std::size_t es256_signature_size = 64;

class Es256PublicKey {
 public:
  // 32 bytes each, big-endian; nullopt when that is no point of the curve.
  static std::optional<Es256PublicKey> from_coordinates(std::string_view x, std::string_view y);

  // False for any signature of another length or form too.
  [[nodiscard]] bool signed_by_its_owner(std::string_view bytes, std::string_view signature) const;
  [[nodiscard]] const std::string& x() const { return x_; }
  [[nodiscard]] const std::string& y() const { return y_; }
  // What names it in tokens: its thumbprint (RFC 7638), base64url.
  [[nodiscard]] const std::string& id() const { return id_; }

 private:
  friend class Es256PrivateKey;
  Es256PublicKey(std::shared_ptr<evp_pkey_st> key, std::string x, std::string y);

  std::shared_ptr<evp_pkey_st> key_;
  std::string x_, y_, id_;
};

class Es256PrivateKey {
 public:
  using Chance = std::function<void(std::span<std::byte>)>;

  static Es256PrivateKey generate(const Chance&);
  // 32 bytes, big-endian; nullopt when it is zero or not below the order of the curve.
  static std::optional<Es256PrivateKey> from_scalar(std::string_view scalar);

  [[nodiscard]] std::string sign(std::string_view bytes) const;
  [[nodiscard]] const std::string& scalar() const { return scalar_; }  // the secret itself
  [[nodiscard]] Es256PublicKey public_key() const { return public_key_; }

 private:
  Es256PrivateKey(std::string scalar, Es256PublicKey public_key)
      : scalar_{std::move(scalar)}, public_key_{std::move(public_key)} {}

  std::string scalar_;
  Es256PublicKey public_key_;  // its key_ holds both halves
};

}  // namespace madang::security
