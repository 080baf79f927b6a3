#pragma once
// By which someone who can no longer sign in looks at their erasure: the person, and a seal that only the
// shop can make. It opens nothing else.
//
//   id = base64url( person (16 bytes), first 16 bytes of keyed_digest(key, "erasure", person) )
#include <optional>
#include <string>
#include <string_view>

#include "kernel/ids.hpp"

namespace madang::identity {

// Any thread. The key never rotates: an id is good for as long as someone keeps it.
class ErasureIds {
 public:
  explicit ErasureIds(std::string key) : key_{std::move(key)} {}

  [[nodiscard]] std::string of(const kernel::PersonId&) const;
  [[nodiscard]] std::optional<kernel::PersonId> read(
      std::string_view id) const;  // nothing: not one of ours

 private:
  std::string key_;
};

}  // namespace madang::identity
