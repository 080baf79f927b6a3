// Commands that come over the bus, told by a neighbour that stands in for rental.
#include "chassis/assembly/assembly.hpp"
#include "payment/tests/shop.hpp"

namespace madang::payment {
namespace {

struct CancellationWished {
  PaymentId payment;
  v1::UndoReason reason;
};
struct RefundWished {
  PaymentId payment;
  v1::UndoReason reason;
};
struct Wish {
  using Id = PaymentId;
  using Events = OneOf<CancellationWished, RefundWished>;
  int wishes = 0;
  static Wish evolve(Wish wish, const CancellationWished&) { return {wish.wishes + 1}; }
  static Wish evolve(Wish wish, const RefundWished&) { return {wish.wishes + 1}; }
};
struct WishCancellation {
  PaymentId payment;
  using Decision = Then<CancellationWished>::Always;
  static Decision decide(const WishCancellation& it, const Wish&) {
    return then(CancellationWished{it.payment, v1::UndoReason::too_late});
  }
};
struct WishRefund {
  PaymentId payment;
  using Decision = Then<RefundWished>::Always;
  static Decision decide(const WishRefund& it, const Wish&) {
    return then(RefundWished{it.payment, v1::UndoReason::out_of_stock});
  }
};

std::unique_ptr<chassis::Context> neighbour() {
  using namespace chassis;
  return chassis::context("rental")
      .aggregates<Wish>()
      .commands<WishCancellation, WishRefund>()
      .publishes(as<v1::CancelPayment, CancellationWished>, as<v1::RefundPayment, RefundWished>)
      .done();
}

struct ACommandOnTheBus : ::testing::Test {
  std::unique_ptr<chassis::Context> rental = neighbour(), context = payment_context();
  testing::Town town;
  ACommandOnTheBus() {
    town.add(*rental);
    town.add(*context);
    town.start();
  }
  template <class Command>
  void rental_wishes(const Command& command) {
    town.run([&] {
      const auto key = chassis::RequestKey::of_event("test", "t", {}, "Wish/test", {});
      static_cast<void>(town.engine("rental").run(command, key.step("wish")));
    });
    town.settle();
  }
};

TEST_F(ACommandOnTheBus, CancelsAPayment) {
  rental_wishes(WishCancellation{payment});
  EXPECT_EQ(town.told("payment", "madang.payment.v1.PaymentCancelled"), 1U);
}
TEST_F(ACommandOnTheBus, ThatIsRefusedIsParkedForAPerson) {
  rental_wishes(WishRefund{payment});
  const auto parked = town.run([&] { return town.engine("payment").parked(); });
  ASSERT_EQ(parked.size(), 1U);
  EXPECT_NE(parked.front().cause.find("payment-unknown"), std::string::npos);
}

}  // namespace
}  // namespace madang::payment
