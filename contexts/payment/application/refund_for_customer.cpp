#include "payment/application/refund_for_customer.hpp"

namespace madang::payment {

RefundForCustomer::Answer refund_for_customer(const RefundForCustomer& asked,
                                              const chassis::RequestKey& key,
                                              chassis::Gives<RefundPayment> payment) {
  const auto decision = payment.execute(
      RefundPayment{asked.payment, UndoReason::operator_decided, asked.asked_by}, key, "refund");
  if (decision.refused()) return decision.refusal();
  return RefundForCustomer::Accepted{asked.payment};
}

}  // namespace madang::payment
