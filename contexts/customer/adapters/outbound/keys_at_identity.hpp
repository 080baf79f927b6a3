#pragma once
// People's keys, asked of identity where it is in another process.
#include "chassis/runtime/runtime.hpp"
#include "chassis/security/person_keys.hpp"
#include "contracts/grpc/identity_api_v1.hpp"

namespace madang::customer {

// Any task.
class KeysAtIdentity final : public security::KeyDesk {
 public:
  KeysAtIdentity(identity::api_v1::KeyDesk& desk, runtime::Runtime& runtime)
      : desk_{desk}, runtime_{runtime} {}
  security::KeyOrErased pull(const kernel::PersonId&) override;

 private:
  identity::api_v1::KeyDesk& desk_;
  runtime::Runtime& runtime_;
};

}  // namespace madang::customer
