#include "identity/adapters/outbound/argon2_hasher.hpp"

namespace madang::identity {

std::string Argon2Hasher::hash(std::string_view password) { return passwords_.hash(password); }

PasswordHasher::Verdict Argon2Hasher::check(std::string_view password,
                                            const std::optional<std::string>& hash) {
  using Found = security::Passwords::Verdict;
  switch (passwords_.verify(password, hash)) {
    case Found::right: return Verdict::right;
    case Found::right_but_hash_again: return Verdict::right_but_outdated;
    case Found::wrong: return Verdict::wrong;
  }
  return Verdict::wrong;
}

}  // namespace madang::identity
