#pragma once
// The identities that contexts share. All others stay inside one context.
#include "kernel/id.hpp"

namespace madang::kernel {

using PersonId = Id<struct PersonTag>;
using EditionId = Id<struct EditionTag>;
using PaymentId = Id<struct PaymentTag>;
using RentalId = Id<struct RentalTag>;

}  // namespace madang::kernel
