#pragma once
// Where other contexts get the keys of people.
#include "chassis/security/person_keys.hpp"
#include "contracts/grpc/identity_api_v1.hpp"

namespace madang::identity {

// Any task.
class KeyDesk final : public api_v1::KeyDesk {
 public:
  explicit KeyDesk(security::OwnedKeys& keys) : keys_{keys} {}
  // Throws as OwnedKeys::hand_out does.
  api_v1::PullKeyResponse pull_key(const api_v1::PullKeyRequest&, const api_v1::Call&) override;

 private:
  security::OwnedKeys& keys_;
};

}  // namespace madang::identity
