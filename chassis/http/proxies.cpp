#include "chassis/http/proxies.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <ranges>
#include <stdexcept>

namespace madang::http {

namespace {

constexpr unsigned bits_of_v4 = 32, bits_of_v6 = 128;
constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Pieces between separators that stand in no quoted string; nothing when a string does not end.
std::optional<std::vector<std::string_view>> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  bool is_quoted = false;
  std::size_t from = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char one = text[at];
    if (one == '"') is_quoted = !is_quoted;
    if (one == '\\' && is_quoted) ++at;
    if (one == separator && !is_quoted) {
      pieces.push_back(trimmed(text.substr(from, at - from)));
      from = at + 1;
    }
  }
  pieces.push_back(trimmed(text.substr(from)));
  if (is_quoted) return std::nullopt;
  return pieces;
}

// "192.0.2.7", "192.0.2.7:4711", "[2001:db8::7]:4711", "2001:db8::7"
std::string_view without_port(std::string_view node) {
  if (const auto end = node.find(']'); node.starts_with('[') && end != node.npos)
    return node.substr(1, end - 1);
  return std::ranges::count(node, ':') == 1 ? node.substr(0, node.find(':')) : node;
}

// What an element of Forwarded says under `for`; empty when it does not.
std::string_view node_in(std::string_view element) {
  const auto pairs = split(element, ';');
  if (!pairs) return {};
  for (const auto pair : *pairs) {
    const auto equals = pair.find('=');
    if (equals == pair.npos || !equal_ignoring_case(pair.substr(0, equals), "for")) continue;
    auto value = pair.substr(equals + 1);
    if (value.size() >= 2 && value.starts_with('"')) value = value.substr(1, value.size() - 2);
    return value;
  }
  return {};
}

}  // namespace

std::optional<Proxies::Address> Proxies::parse(std::string_view text) {
  const std::string whole{text};
  Address address{};
  if (::inet_pton(AF_INET6, whole.c_str(), address.data()) == 1) return address;
  std::ranges::copy(mapped, address.begin());
  if (::inet_pton(AF_INET, whole.c_str(), address.data() + mapped.size()) == 1) return address;
  return std::nullopt;
}

std::string Proxies::text_of(const Address& address) {
  const bool is_v4 = std::equal(mapped.begin(), mapped.end(), address.begin());
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(is_v4 ? AF_INET : AF_INET6, address.data() + (is_v4 ? mapped.size() : 0), text.data(),
              text.size());
  return text.data();
}

Proxies::Proxies(std::string_view networks, Field field) : field_{field} {
  constexpr std::string_view between = ", \t";
  while (true) {
    networks.remove_prefix(std::min(networks.find_first_not_of(between), networks.size()));
    if (networks.empty()) return;
    const auto one = networks.substr(0, networks.find_first_of(between));
    networks.remove_prefix(one.size());
    const auto slash = std::min(one.find('/'), one.size());
    const auto address = parse(one.substr(0, slash));
    const unsigned of_family = one.substr(0, slash).find(':') == one.npos ? bits_of_v4 : bits_of_v6;
    unsigned bits = of_family;
    if (slash < one.size()) {
      const auto digits = one.substr(slash + 1);
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
      if (error != std::errc{} || end != digits.data() + digits.size()) bits = of_family + 1;
    }
    if (!address || bits > of_family)
      throw std::invalid_argument{"not an address or network such as 192.0.2.0/24: " +
                                  std::string{one}};
    networks_.push_back({*address, bits + (bits_of_v6 - of_family)});
  }
}

bool Proxies::are_trusted(const Address& address) const {
  return std::ranges::any_of(networks_, [&](const Network& network) {
    for (unsigned bit = 0; bit < network.bits; bit += 8) {
      const unsigned left = std::min(8U, network.bits - bit);
      const auto mask = static_cast<std::uint8_t>(0xff00U >> left);
      if (((address[bit / 8] ^ network.address[bit / 8]) & mask) != 0) return false;
    }
    return true;
  });
}

std::string Proxies::client_of(const std::string& peer, const Headers& headers) const {
  if (networks_.empty()) return peer;
  auto client = parse(peer);
  if (!client || !are_trusted(*client)) return peer;
  const bool is_standard = field_ == Field::forwarded;
  const auto lines = headers.all(is_standard ? "Forwarded" : "X-Forwarded-For");
  for (const auto line : lines | std::views::reverse) {
    const auto elements = split(line, ',');
    if (!elements) return text_of(*client);
    for (const auto element : *elements | std::views::reverse) {
      const auto next = parse(without_port(is_standard ? node_in(element) : element));
      if (!next) return text_of(*client);
      client = next;
      if (!are_trusted(*client)) return text_of(*client);
    }
  }
  return text_of(*client);
}

}  // namespace madang::http
