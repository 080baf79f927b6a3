#include "chassis/http/this_machine.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstdint>
#include <netinet/in.h>
#include <string>

namespace madang::http {
namespace {

std::string without_port(std::string_view host) {
  if (host.starts_with('[')) {
    host.remove_prefix(1);
    return std::string{host.substr(0, host.find(']'))};
  }
  const auto colon = host.find(':');
  const bool is_bare = colon == host.npos || host.find(':', colon + 1) != host.npos;
  return std::string{is_bare ? host : host.substr(0, colon)};
}

bool is_loopback(const in_addr& address) {
  constexpr std::uint32_t network = 127;
  return ntohl(address.s_addr) >> 24U == network;
}

}  // namespace

bool is_this_machine(std::string_view host) {
  const auto bare = without_port(host);
  if (bare == "localhost") return true;
  in_addr v4{};
  if (::inet_pton(AF_INET, bare.c_str(), &v4) == 1) return is_loopback(v4);
  in6_addr v6{};
  if (::inet_pton(AF_INET6, bare.c_str(), &v6) != 1) return false;
  if (!IN6_IS_ADDR_V4MAPPED(&v6)) return IN6_IS_ADDR_LOOPBACK(&v6);
  std::copy_n(v6.s6_addr + 12, sizeof v4, reinterpret_cast<std::uint8_t*>(&v4));
  return is_loopback(v4);
}

}  // namespace madang::http
