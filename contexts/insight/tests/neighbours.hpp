#pragma once
// Insight as it runs in production, beside neighbours that stand in for rental and catalog: each tells
// whatever message it is given.
#include <chrono>
#include <memory>
#include <string>

#include "chassis/assembly/context.hpp"
#include "chassis/testing/scenario.hpp"
#include "chassis/testing/town.hpp"
#include "insight/application/notices.hpp"
#include "insight/application/rental_board.hpp"
#include "insight/insight.hpp"

namespace madang::insight {

using namespace std::chrono_literals;
using rental::v1::RentalStarted, rental::v1::RentalExtended, rental::v1::BookReturned,
    rental::v1::RentalExpired, rental::v1::RentalCancelled, rental::v1::LicenceOffered,
    rental::v1::OfferLapsed, rental::v1::OfferTakenBack, rental::v1::WaitingEnded,
    rental::v1::LineLeft, catalog::v1::EditionRegistered, catalog::v1::EditionDescribed;
using testing::july, testing::named;

// Keeps nothing: a message is told whatever was told before.
struct Loan {
  using Id = RentalId;
  using Events = OneOf<RentalStarted, RentalExtended, BookReturned, RentalExpired, RentalCancelled>;
  static Loan evolve(Loan loan, const auto&) { return loan; }
};
struct Line {
  using Id = EditionId;
  using Events = OneOf<LicenceOffered, OfferLapsed, OfferTakenBack, WaitingEnded, LineLeft>;
  static Line evolve(Line line, const auto&) { return line; }
};
struct Edition {
  using Id = EditionId;
  using Events = OneOf<EditionRegistered, EditionDescribed>;
  static Edition evolve(Edition edition, const auto&) { return edition; }
};
template <class Message>
struct TellOfLoan {
  RentalId rental;
  Message message;
  using Decision = typename kernel::Then<Message>::Always;
  static Decision decide(const TellOfLoan& it, const Loan&) { return kernel::then(it.message); }
};
template <class Message>
struct TellOfLine {
  EditionId edition;
  Message message;
  using Decision = typename kernel::Then<Message>::Always;
  static Decision decide(const TellOfLine& it, const Line&) { return kernel::then(it.message); }
};
template <class Message>
struct TellOfEdition {
  EditionId edition;
  Message message;
  using Decision = typename kernel::Then<Message>::Always;
  static Decision decide(const TellOfEdition& it, const Edition&) {
    return kernel::then(it.message);
  }
};

std::unique_ptr<chassis::Context> stand_in_for_rental();
std::unique_ptr<chassis::Context> stand_in_for_catalog();

struct Neighbours : ::testing::Test {
  std::unique_ptr<chassis::Context> rental = stand_in_for_rental();
  std::unique_ptr<chassis::Context> catalog = stand_in_for_catalog();
  std::unique_ptr<chassis::Context> context = insight_context();
  testing::Town town;
  const EditionId rain = named<EditionId>("rain"), snow = named<EditionId>("snow");
  const PersonId kim = named<PersonId>("kim"), lee = named<PersonId>("lee");
  const RentalId first = named<RentalId>("first"), second = named<RentalId>("second"),
                 third = named<RentalId>("third");
  chassis::Positions told;  // how far insight must have heard to know everything below

  Neighbours() {
    town.add(*rental);
    town.add(*catalog);
    town.add(*context);
    town.start();
  }
  ~Neighbours() override { town.stop(); }
  chassis::Engine& engine() { return town.engine("insight"); }

  void start(const RentalId& it, const EditionId& edition, const PersonId& customer,
             Instant starts) {
    tell("rental",
         TellOfLoan<RentalStarted>{
             it, {it, edition, customer, payment_of(it), price, starts, starts + 14 * 24h}});
  }
  void extend(const RentalId& it, Instant until) {
    tell("rental", TellOfLoan<RentalExtended>{it, {it, rain, kim, payment_of(it), price, until}});
  }
  template <class Message>
  void end(const RentalId& it, std::optional<Instant> at = {}) {
    if constexpr (std::same_as<Message, RentalExpired>)
      tell("rental", TellOfLoan<Message>{it, {it, rain, kim}});
    else tell("rental", TellOfLoan<Message>{it, {it, rain, kim, at}});
  }
  void cancel(const RentalId& it, std::optional<Instant> at = {}) {
    tell("rental", TellOfLoan<RentalCancelled>{it, {it, rain, kim, payment_of(it), at}});
  }
  void offer(const EditionId& edition, const PersonId& customer, Instant until) {
    tell("rental", TellOfLine<LicenceOffered>{edition, {edition, customer, until}});
  }
  template <class Message>
  void tell_who_waits(const EditionId& edition, const PersonId& customer) {
    tell("rental", TellOfLine<Message>{edition, {edition, customer}});
  }
  void register_edition(const EditionId& edition, const std::string& title,
                        const std::string& contributor) {
    tell("catalog", TellOfEdition<EditionRegistered>{
                        edition,
                        {edition,
                         title,
                         {contributor},
                         "en",
                         catalog::v1::Format::ebook,
                         {catalog::v1::IdentifierScheme::publisher, "Madang:" + title}}});
  }
  void describe_edition(const EditionId& edition, const std::string& title,
                        const std::string& contributor) {
    tell("catalog",
         TellOfEdition<EditionDescribed>{edition, {edition, title, {contributor}, "en"}});
  }
  static PaymentId payment_of(const RentalId& it) { return PaymentId{it.bytes()}; }

  template <class Query>
  typename Query::Result ask(const Query& query) {
    return town.run([&] { return engine().ask(query, told); });
  }
  const Money price = Money::won(3000);

 private:
  template <class Command>
  void tell(const std::string& neighbour, const Command& command) {
    town.run([&] {
      const chassis::CommandId id{
          chassis::digest128({"test", ++commands_}), "requests/test", {}, {}};
      static_cast<void>(town.engine(neighbour).run(command, id, &told));
    });
  }
  int commands_ = 0;
};

}  // namespace madang::insight
