#pragma once
// Something about a person (a name, an e-mail address), readable only with that person's own key.
// It is ciphertext wherever it stands: in events, states, messages, read models and backups. No rule
// looks inside; the vault (chassis/ports/vault.hpp) seals it and opens it at the edge, and gives
// Erased once the person's key is destroyed. Two values are equal when their ciphertext is.
#include "kernel/ids.hpp"
#include <string>
#include <utility>

namespace madang::kernel {

template <class T>
class Personal {
 public:
  Personal(PersonId whose, std::string sealed) : whose_{whose}, sealed_{std::move(sealed)} {}
  [[nodiscard]] const PersonId& whose() const { return whose_; }
  [[nodiscard]] const std::string& sealed() const { return sealed_; }  // bytes, not text
  friend bool operator==(const Personal&, const Personal&) = default;

 private:
  PersonId whose_;
  std::string sealed_;
};

struct Erased {};  // what is left of it after the person was erased

}  // namespace madang::kernel
