#pragma once
// The request target in origin form (RFC 9112 section 3.2.1; wire.hpp has made it of the absolute
// one), decoded once and for all here, so that no one above decodes again. What two readers could understand differently is refused:
// dot segments, empty segments, encoded slashes, control characters, overlong or broken UTF-8.
//
//   target = path [ "?" query ]
//   path   = 1*( "/" segment )              ; one empty segment at the end is allowed: "/", "/a/"
//   query  = parameter *( "&" parameter )   ; name [ "=" value ], "+" is a space
#include <expected>
#include <string>
#include <string_view>

#include "chassis/http/message.hpp"

namespace madang::http {

struct Target {
  std::string path;
  Query query;
};

// The error is a sentence for the problem's detail, in English.
std::expected<Target, std::string_view> parse_target(std::string_view);

bool is_utf8(std::string_view);  // well-formed, shortest form, no surrogates (RFC 3629)

// For building targets: everything but unreserved characters as %XX.
std::string percent_encoded(std::string_view);

}  // namespace madang::http
