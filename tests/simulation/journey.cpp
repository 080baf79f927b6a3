#include "tests/simulation/journey.hpp"

#include "tests/simulation/play.hpp"

#include <fmt/format.h>

namespace madang::simulation {
namespace {

constexpr auto troubles_last = 10min;

}  // namespace

Journey::Journey(World& world, History& history)
    : world_{world},
      history_{history},
      begins_{world.people},
      stage_{world, history, 1},
      first_{world, history, "first", "first@example.com", "a password of the first"},
      second_{world, history, "second", "second@example.com", "a password of the second"} {
  world_.people.spawn("journey", [this] {
    stage_.prepare();
    prepared_ = true;
    begins_.wait_beyond(0, runtime::never);
    travel();
    over_ = true;
  });
}

void Journey::begin() { begins_.raise(); }

std::string Journey::rent(Person& person) {
  const auto answer = stage_.done(
      person, post("/v1/rentals",
                   fmt::format(R"({{"edition_id":"{}","price":{},"card_token":"tok_accepted"}})",
                               stage_.edition, Stage::price)));
  payment_ = answer.text_of("payment_id");
  const auto rental = answer.text_of("rental_id");
  history_.acknowledged.push_back({"rental", "RentalStarted", "rental", rental});
  history_.acknowledged.push_back({"payment", "PaymentCaptured", "payment", payment_});
  return rental;
}

void Journey::travel() {
  while (!first_.register_and_sign_in()) world_.people.sleep(1s);
  while (!second_.register_and_sign_in()) world_.people.sleep(1s);
  const auto rental = rent(first_);
  const auto paid = payment_;
  const auto link = stage_.done(first_, post("/v1/rentals/" + rental + "/link"));
  history_.acknowledged.push_back({"rental", "LinkGiven", "rental", rental});
  first_.get(link.text_of("url"));
  stage_.done(second_, post("/v1/places", fmt::format(R"({{"edition_id":"{}"}})", stage_.edition)));
  history_.acknowledged.push_back({"rental", "LineJoined", "customer", second_.id});
  stage_.done(first_, post("/v1/rentals/" + rental + "/return"));
  history_.acknowledged.push_back({"rental", "BookReturned", "rental", rental});
  // Who asks while the offer is on its way is told to wait, and asks again.
  const auto offered = rent(second_);
  stage_.done(second_, post("/v1/rentals/" + offered + "/cancellation"));
  history_.acknowledged.push_back({"rental", "RentalCancelled", "rental", offered});
  stage_.done(stage_.the_operator, post("/v1/payments/" + paid + "/refund"));
  history_.acknowledged.push_back({"payment", "RefundDue", "payment", paid});
}

Outcome journey(std::uint64_t seed, const Options& options) {
  Play play{seed, options};
  std::optional<Journey> way;
  const auto live = [&] {
    play.draw_faults();
    play.world.open();
    way.emplace(play.world, play.outcome.history).begin();
    play.trouble_until([&] { return way->is_over(); }, troubles_last);
    play.world.heal();
    if (play.is_well()) play.audit.come_to_rest([] { return true; });
    if (play.is_well()) play.audit.start_cold();
  };
  return play.through([&] { play.timed("the journey", live); });
}

}  // namespace madang::simulation
