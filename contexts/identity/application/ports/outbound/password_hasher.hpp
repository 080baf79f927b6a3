#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace madang::identity {

// Makes and checks the hashes of passwords; slow on purpose. Throws Unavailable when too many are
// asked for at once.
class PasswordHasher {
 public:
  enum class Verdict {
    right,
    right_but_outdated,  // hashed at another cost than today's
    wrong
  };
  virtual ~PasswordHasher() = default;
  [[nodiscard]] virtual std::string hash(std::string_view password) = 0;
  // Without a hash to compare with it is wrong, and takes just as long to say so.
  [[nodiscard]] virtual Verdict check(std::string_view password,
                                      const std::optional<std::string>& hash) = 0;
};

}  // namespace madang::identity
