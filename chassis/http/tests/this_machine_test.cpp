#include "chassis/http/this_machine.hpp"

#include <gtest/gtest.h>

namespace madang::http {

TEST(ThisMachine, IsTheLoopbackInEachOfItsForms) {
  for (const auto* own :
       {"127.0.0.1", "127.0.0.1:8080", "127.255.3.4", "::1", "[::1]", "[::1]:8080",
        "::ffff:127.0.0.1", "[::ffff:127.0.0.1]:80", "localhost", "localhost:8080"})
    EXPECT_TRUE(is_this_machine(own)) << own;
}

TEST(ThisMachine, IsNobodyElse) {
  for (const auto* other :
       {"", ":8080", "0.0.0.0:8080", "[::]:8080", "192.0.2.1", "192.0.2.1:127", "128.0.0.1", "::2",
        "[2001:db8::1]:80", "::ffff:192.0.2.1", "127.example.com:80", "localhost.example.com"})
    EXPECT_FALSE(is_this_machine(other)) << other;
}

}  // namespace madang::http
