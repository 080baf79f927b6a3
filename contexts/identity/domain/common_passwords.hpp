#pragma once
// What people choose for a password more often than anything else, known by digests: the 3,000 most
// frequent of fifteen characters and more, and the 3,000 words most frequent in shorter ones, as they are
// found in lists of stolen passwords (tools/common_passwords.py says which). All in lower case.
#include <cstdint>

namespace madang::identity {

// Of the bytes added so far.
class CommonPassword {
 public:
  void add(char byte) { digest_ = (digest_ ^ static_cast<std::uint8_t>(byte)) * 0x100000001B3U; }
  [[nodiscard]] bool is_one() const;

 private:
  std::uint64_t digest_ = 0xCBF29CE484222325U;
};

}  // namespace madang::identity
