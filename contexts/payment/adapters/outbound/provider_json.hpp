#pragma once
// What the provider writes about intents and refunds, in answers and webhooks alike. Throws
// chassis::Corrupt for what it never writes.
#include "chassis/json/json.hpp"
#include "payment/application/ports/outbound/provider.hpp"

namespace madang::payment {

Ending ending_of(chassis::JsonView intent);
GivenBack given_back(chassis::JsonView refund);
Movement movement_of(chassis::JsonView movement);

}  // namespace madang::payment
