#include "apps/madang/contexts.hpp"

#include "catalog/catalog.hpp"
#include "customer/customer.hpp"
#include "identity/identity.hpp"
#include "insight/insight.hpp"
#include "payment/payment.hpp"
#include "rental/rental.hpp"

namespace madang::app {

std::vector<std::unique_ptr<chassis::Context>> all_contexts() {
  std::vector<std::unique_ptr<chassis::Context>> all;
  all.push_back(identity::identity_context());
  all.push_back(customer::customer_context());
  all.push_back(catalog::catalog_context());
  all.push_back(payment::payment_context());
  all.push_back(rental::rental_context());
  all.push_back(insight::insight_context());
  return all;
}

}  // namespace madang::app
