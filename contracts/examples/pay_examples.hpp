#pragma once
// What rental asks of payment and what it relies on being answered, example by example: the contract of the one
// synchronous call between contexts. Rental's own tests use the answers as their stand-in for payment; a test in
// tests/payment asks the real payment desk the same. The file is the consumer's: what rental does not use, or
// payment does not answer, fails.
//
//   rental_to_payment.json   a list of PayExample in its stored form (chassis/forms/form.hpp); instants count from
//                            the moment at which the example begins, captured_at says nothing
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "chassis/forms/form.hpp"
#include "contracts/grpc/payment_api_v1.hpp"

namespace madang::contracts {

struct PayExample {
  std::string name;
  std::string given;  // what came before, in words that the provider's test knows
  payment::api_v1::PayRequest request;
  payment::api_v1::PayResponse answer;
};

// From the root of the project. Throws Corrupt when it cannot be read.
inline std::vector<PayExample> pay_examples() {
  std::ifstream file{"contracts/examples/rental_to_payment.json"};
  const std::string json{std::istreambuf_iterator<char>{file}, {}};
  return chassis::decode<std::vector<PayExample>>(json);
}

}  // namespace madang::contracts
