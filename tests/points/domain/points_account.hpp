#pragma once
// What the shop gives back to who rents: a point for each whole hundred of the price. Points for a rental
// are given once, however often its start is told, and taken back once when it is cancelled.
#include <cstdint>
#include <map>

#include "kernel/aggregate.hpp"
#include "kernel/decision.hpp"
#include "kernel/ids.hpp"
#include "kernel/money.hpp"

namespace madang::points {

using kernel::Money, kernel::OneOf, kernel::PersonId, kernel::RentalId, kernel::Then, kernel::then;

namespace because {
struct no_points_given {};  // for this rental, or they were taken back
}  // namespace because

struct PointsGiven {
  PersonId customer;
  RentalId rental;
  std::int64_t points;
};
struct PointsTakenBack {
  PersonId customer;
  RentalId rental;
  std::int64_t points;
};

struct PointsAccount {
  using Id = PersonId;
  using Events = OneOf<PointsGiven, PointsTakenBack>;

  std::map<RentalId, std::int64_t> for_rental;  // nought: taken back

  static PointsAccount evolve(PointsAccount account, const PointsGiven& it) {
    account.for_rental[it.rental] = it.points;
    return account;
  }
  static PointsAccount evolve(PointsAccount account, const PointsTakenBack& it) {
    account.for_rental[it.rental] = 0;
    return account;
  }
};

struct GivePoints {
  PersonId customer;
  RentalId rental;
  Money price;
  using Decision = Then<PointsGiven>::Always;
  static Decision decide(const GivePoints& asked, const PointsAccount& account) {
    const auto points = asked.price.in_minor_units() / 100;
    if (points == 0 || account.for_rental.contains(asked.rental)) return then();
    return then(PointsGiven{asked.customer, asked.rental, points});
  }
};
struct TakePointsBack {
  PersonId customer;
  RentalId rental;
  using Decision = Then<PointsTakenBack>::Unless<because::no_points_given>;
  static Decision decide(const TakePointsBack& asked, const PointsAccount& account) {
    const auto found = account.for_rental.find(asked.rental);
    if (found == account.for_rental.end() || found->second == 0) return because::no_points_given{};
    return then(PointsTakenBack{asked.customer, asked.rental, found->second});
  }
};

}  // namespace madang::points
