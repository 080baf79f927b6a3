#pragma once
// Certificates for tests, each its own root, as files that a shop could be given.
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "chassis/tls/certificate.hpp"

namespace madang::tls {

struct Made {
  std::string name = "shop.example.com";
  std::chrono::seconds ends_in = std::chrono::hours{24 * 90};  // from the machine's time on
  std::string other_names = "DNS:" + name;                     // as OpenSSL has them; none: ""
};

namespace making {

template <class Write>
void write_file(const std::string& path, Write write) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file{std::fopen(path.c_str(), "w"), std::fclose};
  if (!file || write(file.get()) != 1) throw std::runtime_error{"not written: " + path};
}

}  // namespace making

// Writes both, over what was there.
inline void make_certificate(const Files& files, const Made& made = {}) {
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  const std::unique_ptr<X509, void (*)(X509*)> made_one{X509_new(), X509_free};
  X509* it = made_one.get();
  static long serial = 0;
  ASN1_INTEGER_set(X509_get_serialNumber(it), ++serial);
  X509_set_version(it, X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(it), -1000L * 24 * 3600);
  X509_gmtime_adj(X509_getm_notAfter(it), static_cast<long>(made.ends_in.count()));
  X509_NAME_add_entry_by_txt(X509_get_subject_name(it), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(made.name.c_str()), -1, -1, 0);
  X509_set_issuer_name(it, X509_get_subject_name(it));
  X509_set_pubkey(it, key.get());
  if (!made.other_names.empty()) {
    const std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> names{
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, made.other_names.c_str()),
        X509_EXTENSION_free};
    X509_add_ext(it, names.get(), -1);
  }
  if (X509_sign(it, key.get(), EVP_sha256()) == 0) throw std::runtime_error{"not signed"};
  making::write_file(files.certificate, [&](FILE* file) { return PEM_write_X509(file, it); });
  making::write_file(files.key, [&](FILE* file) {
    return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  std::filesystem::permissions(
      files.key, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

}  // namespace madang::tls
