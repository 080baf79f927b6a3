#pragma once
// Whom a request really came from, when it came through proxies. Each of them writes down at the end of a field who
// was connected to it; what stands further left is as true as whoever wrote it. So the field is read from
// the right, and no further than the shop trusts those who wrote it: the first address that is none of its own
// proxies is the client. A field that comes from elsewhere, or says what is no address, is not believed.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/http/message.hpp"

namespace madang::http {

class Proxies {
 public:
  // One of them: a client may have sent the other, and a proxy that does not know it lets it pass.
  enum class Field { x_forwarded_for, forwarded };  // the latter as RFC 7239 has it

  Proxies() = default;  // there are none: whoever is connected is the client
  // Addresses and networks, "192.0.2.7" or "2001:db8::/32", separated by commas or spaces. Throws
  // std::invalid_argument.
  Proxies(std::string_view networks, Field);

  // An address without its port: the peer's own, as it was given, when nobody else's can be told.
  [[nodiscard]] std::string client_of(const std::string& peer, const Headers&) const;

 private:
  using Address = std::array<std::uint8_t, 16>;  // of IPv4 as IPv6 maps it
  struct Network {
    Address address;
    unsigned bits;  // from the first on
  };
  [[nodiscard]] static std::optional<Address> parse(std::string_view);
  [[nodiscard]] static std::string text_of(const Address&);
  [[nodiscard]] bool are_trusted(const Address&) const;

  std::vector<Network> networks_;
  Field field_ = Field::x_forwarded_for;
};

}  // namespace madang::http
