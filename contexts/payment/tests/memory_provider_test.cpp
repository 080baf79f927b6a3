#include "payment/tests/memory_provider.hpp"

#include "payment/tests/provider_contract.hpp"

namespace madang::payment {
namespace {

const ProviderAdapter in_memory{"memory", [](const auto& steps) {
                                  MemoryProvider provider{[] { return testing::july(1); }};
                                  steps(provider);
                                }};

INSTANTIATE_TEST_SUITE_P(InMemory, AProvider, ::testing::Values(in_memory));

}  // namespace
}  // namespace madang::payment
