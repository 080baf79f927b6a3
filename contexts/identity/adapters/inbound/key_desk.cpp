#include "identity/adapters/inbound/key_desk.hpp"

#include "kernel/match.hpp"

namespace madang::identity {

api_v1::PullKeyResponse KeyDesk::pull_key(const api_v1::PullKeyRequest& asked,
                                          const api_v1::Call&) {
  using Result = decltype(api_v1::PullKeyResponse::result);
  return {kernel::match(
      keys_.hand_out(asked.person, asked.keeper),
      [](const security::PersonKey& key) -> Result {
        return api_v1::Key{std::string{key.bytes()}};
      },
      [](const kernel::Erased&) -> Result { return api_v1::KeyDestroyed{}; })};
}

}  // namespace madang::identity
