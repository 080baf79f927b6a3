#include "customer/adapters/outbound/keys_at_identity.hpp"

#include "kernel/match.hpp"

namespace madang::customer {
namespace {

constexpr auto answer_within = std::chrono::seconds{5};

}  // namespace

security::KeyOrErased KeysAtIdentity::pull(const kernel::PersonId& person) {
  namespace api = identity::api_v1;
  const auto until = std::chrono::floor<std::chrono::milliseconds>(runtime_.now() + answer_within);
  return kernel::match(
      desk_.pull_key({person, "customer"}, until).result,
      [](const api::Key& it) -> security::KeyOrErased { return security::PersonKey{it.bytes}; },
      [](const api::KeyDestroyed&) -> security::KeyOrErased { return kernel::Erased{}; });
}

}  // namespace madang::customer
