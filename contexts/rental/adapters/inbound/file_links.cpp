#include "rental/adapters/inbound/file_links.hpp"

#include <algorithm>

#include "chassis/security/base64url.hpp"
#include "chassis/security/hmac.hpp"
#include "chassis/security/keyed_digest.hpp"

namespace madang::rental {

namespace {

std::string signature_of(const std::string& key, const kernel::RentalId& rental,
                         std::string_view name, std::int64_t expires) {
  return security::base64url(security::as_text(
      security::keyed_digest(key, "rental file", {rental.text(), name, std::to_string(expires)})));
}

}  // namespace

std::string FileLinks::sign(const kernel::RentalId& rental, std::string_view name,
                            std::int64_t expires) const {
  return "/v1/files/" + rental.text() + "/" + std::string{name} +
         "?expires=" + std::to_string(expires) +
         "&signature=" + signature_of(key_.current(), rental, name, expires);
}

bool FileLinks::is_ours(const kernel::RentalId& rental, std::string_view name, std::int64_t expires,
                        std::string_view signature) const {
  const auto keys = key_.all();
  return std::ranges::any_of(keys, [&](const std::string& key) {
    return security::same_secret(signature_of(key, rental, name, expires), signature);
  });
}

}  // namespace madang::rental
