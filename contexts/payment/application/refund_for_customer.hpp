#pragma once
// An operator gives a whole payment back. The provider is asked until it has done so.
#include "chassis/ports/commands.hpp"
#include "payment/domain/payment.hpp"

namespace madang::payment {

struct RefundForCustomer {
  struct Accepted {
    PaymentId payment;
  };
  using Answer = kernel::Answer<Accepted, kernel::RefusalsOf<RefundPayment>>;
  PaymentId payment;
  PersonId asked_by;
};

RefundForCustomer::Answer refund_for_customer(const RefundForCustomer&, const chassis::RequestKey&,
                                              chassis::Gives<RefundPayment>);

}  // namespace madang::payment
