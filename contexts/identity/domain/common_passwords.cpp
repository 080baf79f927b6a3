#include "identity/domain/common_passwords.hpp"

#include <algorithm>
#include <array>

namespace madang::identity {
namespace {

constexpr auto digests = std::to_array<std::uint64_t>({
#include "identity/domain/common_passwords.inc"
});
static_assert(std::ranges::is_sorted(digests));

}  // namespace

bool CommonPassword::is_one() const { return std::ranges::binary_search(digests, digest_ >> 24U); }

}  // namespace madang::identity
