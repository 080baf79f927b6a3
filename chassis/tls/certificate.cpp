#include "chassis/tls/certificate.hpp"

#include <openssl/ssl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <mutex>
#include <string_view>
#include <utility>

#include "chassis/tls/rules.hpp"

namespace madang::tls {

namespace {

constexpr auto fresh_for = std::chrono::hours{24};

constexpr std::string_view http_1_1 = "http/1.1";
constexpr std::string_view tickets_are_for = "madang";

// A person who is asked for a password at a terminal that nobody sees would keep the shop shut.
int no_password(char*, int, int, void*) { return 0; }

// A client that names protocols and not ours must be told, not answered in ours (RFC 7301 section 3.2).
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length,
                    const unsigned char* offered, unsigned offered_length, void*) {
  for (unsigned at = 0; at < offered_length; at += 1U + offered[at]) {
    const std::string_view one{reinterpret_cast<const char*>(offered + at + 1), offered[at]};
    if (one != http_1_1) continue;
    *chosen = offered + at + 1;
    *length = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::shared_ptr<SSL_CTX> rules_of_the_shop() {
  auto context = rules_for(TLS_server_method());
  // Whoever comes again shows a ticket; nothing about sessions is kept here.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  const auto* name = reinterpret_cast<const unsigned char*>(tickets_are_for.data());
  if (SSL_CTX_set_session_id_context(context.get(), name,
                                     static_cast<unsigned>(tickets_are_for.size())) != 1 ||
      SSL_CTX_set_num_tickets(context.get(), 1) != 1)
    throw CannotUse{"TLS tickets are not to be had: " + last_error()};
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context.get(), no_password);
  return context;
}

runtime::Time end_of(const X509& certificate) {
  std::tm end{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &end) != 1) return runtime::never;
  const auto day = std::chrono::year{end.tm_year + 1900} /
                   std::chrono::month(static_cast<unsigned>(end.tm_mon) + 1) /
                   std::chrono::day(static_cast<unsigned>(end.tm_mday));
  return std::chrono::sys_days{day} + std::chrono::hours{end.tm_hour} +
         std::chrono::minutes{end.tm_min} + std::chrono::seconds{end.tm_sec};
}

// What changes when somebody writes, links or replaces the file.
std::string standing(const std::string& path) {
  struct stat is{};
  if (::stat(path.c_str(), &is) != 0) return std::string{"none: "} + std::strerror(errno) + ';';
  std::string text;
  for (const auto number :
       {static_cast<std::uint64_t>(is.st_dev), static_cast<std::uint64_t>(is.st_ino),
        static_cast<std::uint64_t>(is.st_size), static_cast<std::uint64_t>(is.st_mtim.tv_sec),
        static_cast<std::uint64_t>(is.st_mtim.tv_nsec)})
    text += std::to_string(number) + ';';
  return text;
}

void demand_that_it_is_secret(const std::string& path) {
  struct stat is{};
  if (::stat(path.c_str(), &is) != 0) throw CannotUse{path + ": " + std::strerror(errno)};
  if ((is.st_mode & (S_IROTH | S_IWOTH)) != 0)
    throw CannotUse{path + ": everybody on this machine can read it: chmod o= " + path};
}

}  // namespace

Certificate::Certificate(Files files, runtime::Time now) : files_{std::move(files)} {
  tried_ = seen_ = standing(files_.certificate) + standing(files_.key);
  take(now);
}

std::shared_ptr<ssl_ctx_st> Certificate::in_force() const {
  const std::lock_guard section{lock_};
  return in_force_;
}

bool Certificate::look(runtime::Time now) {
  auto stands = standing(files_.certificate) + standing(files_.key);
  const bool has_settled = stands == std::exchange(seen_, stands);
  const bool is_asked = asked_.exchange(false);
  const bool is_new = is_asked || (has_settled && stands != tried_);
  if (!is_new && now - taken_ < fresh_for) return false;
  tried_ = std::move(stands);
  taken_ = now;  // whether they can be used or not: what is broken is not tried each second
  take(now);
  return is_new;
}

void Certificate::take(runtime::Time now) {
  auto context = rules_of_the_shop();
  demand_that_it_is_secret(files_.key);
  if (SSL_CTX_use_certificate_chain_file(context.get(), files_.certificate.c_str()) != 1)
    throw CannotUse{files_.certificate + ": " + last_error()};
  if (SSL_CTX_use_PrivateKey_file(context.get(), files_.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1)
    throw CannotUse{files_.key + ": " + last_error()};
  const X509& own = *SSL_CTX_get0_certificate(context.get());
  const auto ends = end_of(own);
  if (in_force() && ends <= now) throw CannotUse{files_.certificate + ": it has run out"};
  taken_ = now;
  ends_ = ends;
  const std::lock_guard section{lock_};
  in_force_ = std::move(context);
}

}  // namespace madang::tls
