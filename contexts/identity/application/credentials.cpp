#include "identity/application/credentials.hpp"

namespace madang::identity {

PasswordHashOf::Result password_hash_of(const PasswordHashOf& asked,
                                        const chassis::Rows<PasswordHashes>& hashes) {
  return hashes.find(asked.person);
}

}  // namespace madang::identity
