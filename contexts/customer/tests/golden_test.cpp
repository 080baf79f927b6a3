#include "chassis/testing/golden.hpp"

#include "customer/customer.hpp"

namespace madang::customer {
namespace {

TEST(StoredForms, AreThoseThatWereShipped) {
  testing::expect_golden(*customer_context(), "contexts/customer/tests/golden_forms.txt");
}

}  // namespace
}  // namespace madang::customer
