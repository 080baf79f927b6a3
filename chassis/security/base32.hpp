#pragma once
// Bytes as text that people type and read aloud (RFC 4648 section 6), without padding: capital letters and digits
// of which none looks like another.
#include <string>
#include <string_view>

namespace madang::security {

std::string base32(std::string_view bytes);

}  // namespace madang::security
