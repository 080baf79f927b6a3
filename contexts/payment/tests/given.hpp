#pragma once
// One payment, its people and its moments, for the examples in these tests.
#include "chassis/testing/scenario.hpp"
#include "payment/domain/payment.hpp"

namespace madang::payment::examples {

using namespace std::chrono_literals;
using testing::given, testing::july, testing::named;

inline const auto payment = named<PaymentId>("payment-1");
inline const auto kim = named<PersonId>("kim");
inline const auto operator_lee = named<PersonId>("lee");
inline const IntentId intent{"pi_1"};
inline const RefundId refund{"re_1"};
inline const auto price = Money::won(3000), nothing = Money::won(0), less = Money::won(2999);
inline const auto noon = july(1) + 12h, pay_by = noon + 8min, at = noon + 1s, later = noon + 1h;

inline const PaymentBegun begun{payment, price, pay_by, kim, Purpose::rental};
inline const ConfirmingBegun confirming{payment, intent};
inline const PaymentCaptured captured{payment, intent, price, at, kim, Purpose::rental};
inline const PaymentDeclined declined{payment, DeclineReason::card_declined};
inline const GivenUp given_up{payment};
inline const CancellationAsked cancellation_asked{payment, UndoReason::customer_cancelled};
inline const PaymentCancelled never_charged{payment, CancelledHow::never_charged, nothing};
inline const PaymentCancelled never_begun{payment, CancelledHow::never_charged, std::nullopt};
inline const PaymentCancelled voided{payment, CancelledHow::voided, nothing};
inline const PaymentCancelled paid_back{payment, CancelledHow::refunded, price};
inline const LateChargeCaptured late{payment, intent, price, at};
inline const RefundDue refund_due{payment, price, Purpose::rental};
inline const RefundAsked refund_asked{payment, UndoReason::operator_decided, operator_lee};
inline const ChargeReturned returned{payment, refund, price, later};
inline const PaymentRefunded refunded{payment, price, later};

inline const BeginPayment begin{payment, price, pay_by, kim, Purpose::rental};
inline const ConfirmPayment confirm{payment, intent};
inline const CancelPayment cancel{payment, UndoReason::customer_cancelled};
inline const RefundPayment give_back{payment, UndoReason::operator_decided, operator_lee};
inline const RecordCaptured provider_captured{payment, intent, price, at};
inline const RecordDeclined provider_declined{payment, DeclineReason::card_declined};
inline const RecordVoided provider_voided{payment};
inline const RecordRefunded provider_refunded{payment, refund, price, later};

}  // namespace madang::payment::examples
