#pragma once
#include <string_view>

namespace madang::http {

// Whether what goes to this host, or comes from it, leaves this machine by no wire: an address of the loopback's
// (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3), or "localhost" (RFC 6761 section 6.3). Bare, in brackets, or
// with its port: "::1", "[::1]:8080". Any other name is another machine's. Any thread.
[[nodiscard]] bool is_this_machine(std::string_view host);

}  // namespace madang::http
