#include "chassis/testing/golden.hpp"

#include "payment/payment.hpp"

namespace madang::payment {
namespace {

TEST(StoredForms, AreThoseThatWereShipped) {
  testing::expect_golden(*payment_context(), "contexts/payment/tests/golden_forms.txt");
}

}  // namespace
}  // namespace madang::payment
