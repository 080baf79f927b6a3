#pragma once
// What is kept of a token or a code that somebody will show: of so much chance that a digest of it gives nothing away.
#include <string>
#include <string_view>

#include "chassis/security/base64url.hpp"
#include "chassis/security/sha256.hpp"

namespace madang::identity {

inline std::string kept_hash(std::string_view text) {
  return security::base64url(security::as_text(security::sha256(text)));
}

}  // namespace madang::identity
