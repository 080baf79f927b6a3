#include "identity/application/credentials.hpp"

namespace madang::identity {

std::optional<Personal<std::string>> password_hash_of(const PasswordHashOf& asked,
                                                      const chassis::Rows<PasswordHashes>& hashes) {
  const auto row = hashes.find(asked.person);
  return row ? std::optional{row->password_hash} : std::nullopt;
}

}  // namespace madang::identity
