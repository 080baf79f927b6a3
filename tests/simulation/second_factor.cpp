// A second factor, as a customer with an authenticator app on their phone uses it.
#include <fmt/format.h>

#include "chassis/testing/authenticator.hpp"
#include "tests/simulation/person.hpp"

namespace madang::simulation {

std::string Person::code_shown() const {
  return testing::code_shown(app_,
                             std::chrono::floor<std::chrono::milliseconds>(world.people.now()));
}

bool Person::sign_in_with(const std::string& code) {
  const auto answer = try_to_sign_in(password, code);
  if (!answer || !answer->is_success()) return false;
  begin_session(*answer);
  if (factor_ == Factor::on && world.simulator.one_in(2))
    if (const auto again = try_to_sign_in(password, code); again && again->is_success())
      world.violate(fmt::format("{} signs in twice with one code", name));
  return true;
}

void Person::try_a_second_factor() {
  const auto begun =
      post("/v1/people/me/second-factor", fmt::format(R"({{"password":"{}"}})", password));
  if (begun && begun->status == 201) app_ = begun->text_of("secret");
  if (app_.empty()) return;
  if (begun && begun->status == 201) factor_ = Factor::in_doubt;
  const auto on = post("/v1/people/me/second-factor/confirmation",
                       fmt::format(R"({{"code":"{}"}})", code_shown()));
  if (on && on->status == 201) {
    factor_ = Factor::on;
    const auto told = chassis::JsonDocument::stored(on->text);
    const auto codes = told.root()["recovery_codes"];
    recovery_codes_.clear();
    for (std::size_t i = 0; i < codes.size(); ++i) recovery_codes_.emplace_back(codes.at(i).text());
  }
  get("/v1/people/me/second-factor");
  if (world.simulator.one_in(2)) sign_in();
  if (recovery_codes_.empty()) return;
  sign_in_with(recovery_codes_.back());
  recovery_codes_.pop_back();
  if (recovery_codes_.empty() || world.simulator.one_in(3)) return;
  // What becomes of it they know once they are answered.
  factor_ = Factor::in_doubt;
  const auto code = recovery_codes_.back();
  recovery_codes_.pop_back();
  const auto off = post("/v1/people/me/second-factor/removal",
                        fmt::format(R"({{"password":"{}","code":"{}"}})", password, code));
  if (off && off->is_success()) factor_ = Factor::off;
}

}  // namespace madang::simulation
