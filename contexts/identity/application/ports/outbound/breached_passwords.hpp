#pragma once
#include <string_view>

namespace madang::identity {

// The passwords that are known to be stolen, as far as whoever runs the shop has a list of them.
class BreachedPasswords {
 public:
  virtual ~BreachedPasswords() = default;
  // Throws Unavailable while it cannot be said: a password is not taken unseen.
  [[nodiscard]] virtual bool has(std::string_view password) = 0;
};

}  // namespace madang::identity
