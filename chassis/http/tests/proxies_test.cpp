#include "chassis/http/proxies.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace madang::http {
namespace {

using Field = Proxies::Field;

const std::string proxy = "198.51.100.7";
const Proxies none, proxies{"198.51.100.0/24, 192.0.2.9 2001:db8:a::/47", Field::x_forwarded_for},
    standard{"198.51.100.0/24 2001:db8:a::/47", Field::forwarded};

Headers of(const std::string& name, std::initializer_list<const char*> lines) {
  Headers headers;
  for (const auto* line : lines) headers.add(name, line);
  return headers;
}
Headers forwarded_for(std::initializer_list<const char*> lines) {
  return of("X-Forwarded-For", lines);
}
std::string said_in_standard(const char* line) {
  return standard.client_of(proxy, of("Forwarded", {line}));
}

TEST(WhomARequestCameFrom, IsThePeerWhereNoProxyIsTrusted) {
  EXPECT_EQ(none.client_of("203.0.113.7", forwarded_for({"192.0.2.1"})), "203.0.113.7");
}
TEST(WhomARequestCameFrom, IsThePeerWhoIsNoProxyWhateverItSays) {
  EXPECT_EQ(proxies.client_of("203.0.113.7", forwarded_for({"192.0.2.1"})), "203.0.113.7");
  EXPECT_EQ(proxies.client_of("192.0.2.77", forwarded_for({"192.0.2.1"})), "192.0.2.77");
  EXPECT_EQ(proxies.client_of("2001:db8:c::1", forwarded_for({"192.0.2.1"})), "2001:db8:c::1");
}
TEST(WhomARequestCameFrom, IsWhomTheProxySays) {
  EXPECT_EQ(proxies.client_of(proxy, forwarded_for({"203.0.113.7"})), "203.0.113.7");
  EXPECT_EQ(proxies.client_of("2001:db8:b::1", forwarded_for({"2001:0db8::7"})), "2001:db8::7");
}
TEST(WhomARequestCameFrom, IsTheLastThatIsNoProxyAndNotWhatAClientWroteBeforeIt) {
  EXPECT_EQ(proxies.client_of(proxy, forwarded_for({"127.0.0.1, 203.0.113.7"})), "203.0.113.7");
  EXPECT_EQ(proxies.client_of(proxy, forwarded_for({"127.0.0.1", "203.0.113.7,192.0.2.9"})),
            "203.0.113.7");
  EXPECT_EQ(
      proxies.client_of(proxy, forwarded_for({"203.0.113.7", "198.51.100.8", "198.51.100.9"})),
      "203.0.113.7");
}
TEST(WhomARequestCameFrom, IsTheLastProxyBehindWhichNothingIsToBeBelieved) {
  for (const auto* line : {"", " ", "unknown", "203.0.113.7,", "203.0.113.7, nobody",
                           "203.0.113.1.7", "\"203.0.113.7", "203.0.113.7, \"a"})
    EXPECT_EQ(proxies.client_of(proxy, forwarded_for({line})), proxy) << line;
  EXPECT_EQ(proxies.client_of(proxy, {}), proxy);
  EXPECT_EQ(proxies.client_of(proxy, of("Forwarded", {"for=203.0.113.7"})), proxy);
  EXPECT_EQ(proxies.client_of(proxy, forwarded_for({"nobody, 192.0.2.9"})), "192.0.2.9");
}
TEST(WhomARequestCameFrom, HasNoPort) {
  EXPECT_EQ(proxies.client_of(proxy, forwarded_for({"203.0.113.7:4711"})), "203.0.113.7");
  EXPECT_EQ(proxies.client_of(proxy, forwarded_for({"[2001:db8::7]:4711"})), "2001:db8::7");
  EXPECT_EQ(proxies.client_of(proxy, forwarded_for({"[2001:db8::7"})), proxy);
}
TEST(WhomARequestCameFrom, CanBeSaidAsTheStandardHasIt) {
  EXPECT_EQ(said_in_standard("for=203.0.113.7;proto=https;by=198.51.100.7"), "203.0.113.7");
  EXPECT_EQ(said_in_standard("proto=https; For=\"[2001:db8::7]:4711\""), "2001:db8::7");
  EXPECT_EQ(said_in_standard("for=127.0.0.1, for=203.0.113.7, for=198.51.100.8"), "203.0.113.7");
  EXPECT_EQ(said_in_standard("for=203.0.113.7;by=\"a, for=127.0.0.1\""), "203.0.113.7");
  for (const auto* line : {"for=unknown", "for=_hidden", "proto=https", "for", "for=\"203.0.113.7"})
    EXPECT_EQ(said_in_standard(line), proxy) << line;
}
TEST(WhomARequestCameFrom, IsOneAddressHoweverAnIpv4OneIsWritten) {
  EXPECT_EQ(proxies.client_of("::ffff:198.51.100.7", forwarded_for({"::ffff:203.0.113.7"})),
            "203.0.113.7");
}

TEST(NamingTheProxies, TakesAddressesAndNetworksAndNothingElse) {
  EXPECT_NO_THROW((Proxies{"0.0.0.0/0,::/0", Field::forwarded}));
  for (const auto* networks :
       {"proxy.example.com", "198.51.100.0/33", "198.51.100.0/", "198.51.100.0/a", "198.51.100",
        "2001:db8::/129", "198.51.100.1/-1", "198.51.100.1;198.51.100.2", "/8"})
    EXPECT_THROW((Proxies{networks, Field::forwarded}), std::invalid_argument) << networks;
}
TEST(NamingTheProxies, ComparesAsManyBitsAsItSays) {
  const Proxies some{"203.0.113.160/27", Field::x_forwarded_for};
  const auto is_one = [&](const char* address) {
    return some.client_of(address, forwarded_for({"203.0.113.7"})) == "203.0.113.7";
  };
  EXPECT_TRUE(is_one("203.0.113.160"));
  EXPECT_TRUE(is_one("203.0.113.191"));
  EXPECT_FALSE(is_one("203.0.113.192"));
  EXPECT_FALSE(is_one("203.0.113.159"));
}

}  // namespace
}  // namespace madang::http
