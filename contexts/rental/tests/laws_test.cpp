// The laws of lending, for any commands of any customers in any order at any times.
#include <rapidcheck.h>

#include <numeric>

#include "rental/domain/desk_closed.hpp"
#include "rental/tests/given.hpp"

namespace madang::rental {
namespace {

using namespace examples;

constexpr int editions = 2, customers = 4, borrowed_max = 2;

template <class Id>
Id numbered(int n) {
  return Id{kernel::IdBytes{static_cast<std::uint8_t>(n + 1)}};
}

// A small shop, as its journal would have recorded it.
struct Shop {
  std::map<EditionId, LicencePool> pools;
  std::map<PersonId, Borrowing> borrowings;
  std::map<RentalId, Rental> rentals;
  std::vector<HoldLicence> asked;  // whoever got a hold; each has one payment and one rental
  std::map<PaymentId, int> used;   // how many rentals each has started or extended
  int gone_on = 0, extended = 0;   // holds that stood still, and loans
  Instant now = noon;

  template <class A>
  A& stream(const typename A::Id& id) {
    if constexpr (std::same_as<A, LicencePool>) return pools[id];
    else if constexpr (std::same_as<A, Borrowing>) return borrowings[id];
    else return rentals[id];
  }
  template <class A, class Event>
  void append_to(const Event& event) {
    if constexpr (kernel::is_one_of<Event, typename A::Events>) {
      auto& state = stream<A>(chassis::key_in<typename A::Id>(event));
      state = A::evolve(std::move(state), event);
    }
  }
  template <class Event>
  void append(const Event& event) {
    look_at(event);
    append_to<LicencePool>(event);
    append_to<Borrowing>(event);
    append_to<Rental>(event);
    if constexpr (std::same_as<Event, RentalStarted> || std::same_as<Event, RentalExtended>)
      ++used[event.payment];
    if constexpr (std::same_as<Event, HoldWentOn>) ++gone_on;
    if constexpr (std::same_as<Event, RentalExtended>) ++extended;
    if constexpr (std::same_as<Event, LicenceHeld> || std::same_as<Event, LicenceOffered> ||
                  std::same_as<Event, ExtensionBegun>) {
      const auto& pool = pools[event.edition];
      RC_ASSERT(pool.taken() <= pool.licences());
    }
  }
  // What is so before the event, whoever caused it.
  template <class Event>
  void look_at(const Event& event) {
    if constexpr (std::same_as<Event, LicenceOffered>) {
      const auto& pool = pools[event.edition];
      if (pool.waits(event.customer)) RC_ASSERT(pool.line.front() == event.customer);
    }
    if constexpr (std::same_as<Event, LicenceHeld>) {
      const auto& pool = pools[event.edition];
      const auto is_offered = pool.offers.contains(event.customer);
      RC_ASSERT(is_offered || pool.line.empty() || pool.desk_closed);
      RC_ASSERT(pool.may_hold(event.customer));
    }
    if constexpr (std::same_as<Event, ExtensionBegun>) RC_ASSERT(pools[event.edition].line.empty());
    if constexpr (std::same_as<Event, RentalExpired>)
      RC_ASSERT(rentals[event.rental].terms()->until <= now);
  }
  template <class A>
  void let_lapse(const A& state) {
    for (const auto& lapsed : A::lapse_due(A{state}, now))
      kernel::each([&](const auto& event) { append(event); }, lapsed);
  }
  template <class Command>
  bool give(const Command& command) {  // whether it was accepted
    return [&]<class... A>(OneOf<A...>) {
      (let_lapse(stream<A>(chassis::key_in<typename A::Id>(command))), ...);
      const auto decision = kernel::Rule<Command>::decide(
          command, now, [&]<class Read>(std::type_identity<Read>) -> const Read& {
            return stream<Read>(chassis::key_in<typename Read::Id>(command));
          });
      for (const auto& event : decision.events())
        std::visit(
            [&]<class Event>(const Event& it) {
              if constexpr (!std::same_as<Event, std::monostate>) append(it);
            },
            event);
      return !decision.refused();
    }(typename kernel::Rule<Command>::Aggregates{});
  }

  void hold(const EditionId& edition, const PersonId& customer) {
    const auto n = static_cast<int>(asked.size());
    const HoldLicence hold{edition,
                           customer,
                           numbered<HoldId>(n),
                           numbered<PaymentId>(n),
                           numbered<RentalId>(n),
                           price,
                           seoul,
                           borrowed_max,
                           {}};
    if (give(hold)) asked.push_back(hold);
  }
  // These two are too rare where each step is left to luck.
  void rent_and_extend(const EditionId& edition, const PersonId& customer) {
    give(OpenDesk{edition});
    hold(edition, customer);
    if (asked.empty()) return;
    start(asked.back());
    extend(asked.back(), 13);
  }
  void hold_and_find_desk_closed(const EditionId& edition, const PersonId& customer) {
    hold(edition, customer);
    if (!asked.empty()) stand_still(asked.back());
  }
  void stand_still(const HoldLicence& it) {
    give(NotePaymentNotBegun{it.edition, it.customer, it.hold});
    give(StandStill{it.edition, it.customer, it.hold});
  }
  void start(const HoldLicence& it) {
    give(StartRental{
        it.rental, it.edition, it.customer, it.hold, it.payment, now + std::chrono::days{7}, {}});
  }
  void extend(const HoldLicence& it, int which) {
    const auto payment_ = numbered<PaymentId>(100 + static_cast<int>(it.rental.bytes()[0]));
    const auto& loan = rentals[it.rental];
    if (which == 12 || which == 13)
      give(BeginExtension{it.rental, it.edition, it.customer, payment_, price, seoul, {}});
    if (which == 13 && loan.terms())
      give(ExtendRental{it.rental, it.edition, it.customer, payment_,
                        loan.terms()->until + std::chrono::days{7}});
    if (which == 14) give(GiveUpExtension{it.rental, payment_});
  }
  void do_something(int which, const EditionId& edition, const PersonId& customer, int number) {
    if (which == 0) give(SetTerms{edition, price, 7, number, 2, {}});
    if (which == 10) give(LeaveLine{edition, customer});
    if (which == 11 && number == 0 && edition == numbered<EditionId>(1)) give(StopLending{edition});
    if (which == 1 || which == 2) give(JoinLine{edition, customer});
    if (which == 3 || which == 4) hold(edition, customer);
    if (which == 20) rent_and_extend(edition, customer);
    if (which == 21) hold_and_find_desk_closed(edition, customer);
    if (asked.empty()) return;
    // One of the latest, with whom something is still going on.
    const auto it = asked[asked.size() - 1 - static_cast<std::size_t>(number) % asked.size()];
    if (which == 5) give(ReleaseHold{it.edition, it.customer, it.hold});
    if (which == 6 || which == 7) start(it);
    if (which == 8) give(ReturnBook{it.rental, it.edition, it.customer});
    if (which == 9) give(CancelRental{it.rental, it.edition, it.customer, std::chrono::days{7}});
    if (which >= 12 && which < 15) extend(it, which);
    if (which == 15) give(WaitForDesk{edition, customer, price, borrowed_max});
    if (which == 16) give(OpenDesk{edition});
    if (which == 17) stand_still(it);
    if (which == 18) give(GoOn{it.edition, it.customer, it.hold});
    if (which == 19) give(TryPaymentAgain{it.edition, it.customer, it.hold, now});
  }
  void let_everything_lapse() {
    for (const auto& [id, pool] : pools) let_lapse(pool);
    for (const auto& [id, borrowing] : borrowings) let_lapse(borrowing);
    for (const auto& [id, rental_] : rentals) let_lapse(rental_);
  }
};

template <class Law>
void after_each_step_of_any_history(const Law& law) {
  EXPECT_TRUE(rc::check([&] {
    const auto steps = *rc::gen::resize(
        300, rc::gen::container<std::vector<std::array<int, 5>>>(
                 rc::gen::map(rc::gen::tuple(rc::gen::inRange(0, 22), rc::gen::inRange(0, editions),
                                             rc::gen::inRange(0, customers), rc::gen::inRange(0, 5),
                                             rc::gen::inRange(0, 12)),
                              [](const auto& step) {
                                return std::apply([](auto... n) { return std::array{n...}; }, step);
                              })));
    Shop shop;
    for (int n = 0; n < editions; ++n) {
      shop.give(SetTerms{numbered<EditionId>(n), price, 7, 2, 2, {}});
      shop.give(ExpectFile{numbered<EditionId>(n), sha256, 1});
      shop.give(NoteFileReady{numbered<EditionId>(n), sha256, 1});
    }
    for (const auto& [which, edition, customer, number, time] : steps) {
      shop.now += time < 9 ? time * 1min : time * 12h;
      shop.do_something(which, numbered<EditionId>(edition), numbered<PersonId>(customer), number);
      law(shop);
    }
  }));
}

// Else the laws below would say little: what they speak of happens in many histories.
TEST(AnyHistory, ComesToOffersExtensionsStandingHoldsAndClosedDesks) {
  int offers = 0, extensions = 0, standing = 0, gone_on = 0, closed = 0, withdrawn = 0;
  after_each_step_of_any_history([&](const Shop& shop) {
    for (const auto& [id, pool] : shop.pools) {
      offers += !pool.offers.empty();
      standing += !pool.standing.empty();
      closed += pool.desk_closed;
      withdrawn += pool.stopped;
    }
    gone_on += shop.gone_on > 0;
    extensions += shop.extended > 0;
  });
  for (const int seen : {offers, extensions, standing, gone_on, closed, withdrawn})
    EXPECT_GT(seen, 10) << offers << ' ' << extensions << ' ' << standing << ' ' << gone_on << ' '
                        << closed << ' ' << withdrawn;
}

// At each hold, offer and extension, that is; and nobody is served before who waits longer.
TEST(APool, NeverHoldsOrOffersMoreThanItsLicences) {
  after_each_step_of_any_history([](const Shop&) {});  // asserted as they happen
}
TEST(APool, ThatIsWithdrawnHasNeitherOffersNorALine) {
  after_each_step_of_any_history([](const Shop& shop) {
    for (const auto& [id, pool] : shop.pools)
      if (pool.stopped) RC_ASSERT(pool.offers.empty() && pool.line.empty());
  });
}
TEST(AHold, IsHonouredUntilItsEndWhateverTheCatalogDecidesMeanwhile) {
  after_each_step_of_any_history([](const Shop& shop) {
    for (const auto& it : shop.asked) {
      const auto& pool = shop.pools.at(it.edition);
      const auto held_ = pool.holds.find(it.hold);
      if (held_ == pool.holds.end() || pool.end_of(held_->second) <= shop.now) continue;
      Shop later = shop;
      RC_ASSERT(later.give(StartRental{it.rental, it.edition, it.customer, it.hold, it.payment,
                                       shop.now + std::chrono::days{7}, held_->second.since}));
    }
  });
}
TEST(ACustomer, NeverHasMoreBooksThanAllowedNorOneTwice) {
  after_each_step_of_any_history([](const Shop& shop) {
    for (const auto& [customer, borrowing] : shop.borrowings) {
      RC_ASSERT(borrowing.borrowed() <= borrowed_max);
      std::multiset<EditionId> books;
      for (const auto& [id, held_] : borrowing.holds) books.insert(held_.edition);
      for (const auto& [id, loan] : borrowing.loans) books.insert(loan.edition);
      for (const auto& edition : books) RC_ASSERT(books.count(edition) == 1u);
    }
  });
}
TEST(AHold, StandsStillForADayAtMost) {
  after_each_step_of_any_history([](const Shop& shop) {
    for (const auto& [id, pool] : shop.pools)
      for (const auto& [hold_, still] : pool.standing) {
        RC_ASSERT(pool.holds.contains(hold_));
        RC_ASSERT(still.until <= still.since + 24h);
      }
  });
}
TEST(APayment, StartsOneRentalOrExtendsOneAtMost) {
  after_each_step_of_any_history([](const Shop& shop) {
    for (const auto& [payment_, times] : shop.used) RC_ASSERT(times == 1);
  });
}
TEST(ALicence, IsOutExactlyWhileItsRentalAndItsCustomersLoanLast) {
  after_each_step_of_any_history([](Shop shop) {
    shop.let_everything_lapse();
    std::set<RentalId> out, on_loan, borrowed;
    std::set<HoldId> held_, taken_;
    for (const auto& [id, pool] : shop.pools) {
      for (const auto& it : pool.out) out.insert(it.rental);
      for (const auto& [hold_, it] : pool.holds) held_.insert(hold_);
    }
    for (const auto& [id, it] : shop.rentals)
      if (it.on_loan()) on_loan.insert(id);
    for (const auto& [id, it] : shop.borrowings) {
      for (const auto& [rental_, loan] : it.loans) borrowed.insert(rental_);
      for (const auto& [hold_, taking] : it.holds) taken_.insert(hold_);
    }
    RC_ASSERT(out == on_loan);
    RC_ASSERT(out == borrowed);
    RC_ASSERT(held_ == taken_);
  });
}
TEST(APool, HasAlwaysToldWhatIsFree) {
  after_each_step_of_any_history([](const Shop& shop) {
    for (const auto& [id, pool] : shop.pools) RC_ASSERT(!pool.consequences(id, {}, shop.now).told);
  });
}
TEST(APool, LeavesNoLicenceFreeWhileSomeoneWaits) {
  after_each_step_of_any_history([](const Shop& shop) {
    for (const auto& [id, pool] : shop.pools)
      RC_ASSERT(pool.line.empty() || pool.desk_closed || pool.free() == 0);
  });
}
TEST(APool, NeverHasACustomerBothInLineAndServed) {
  after_each_step_of_any_history([](const Shop& shop) {
    for (const auto& [id, pool] : shop.pools) {
      for (const auto& customer : pool.line) RC_ASSERT(!pool.offers.contains(customer));
      for (const auto& [hold_, it] : pool.holds) RC_ASSERT(!pool.waits(it.customer));
    }
  });
}

}  // namespace
}  // namespace madang::rental
