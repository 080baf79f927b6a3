#include "bench/lending.hpp"

#include "chassis/runtime/runtime.hpp"
#include "chassis/storage/files.hpp"
#include "rental/application/ports/outbound/edition_files.hpp"
#include <array>
#include <atomic>
#include <stdexcept>
#include <vector>

namespace madang::bench {
namespace {

using namespace rental;
using chassis::CommandId, chassis::derived_id, chassis::digest128;

constexpr std::int32_t licences = 10'000;
const auto price = Money::won(3000);
const std::string sha256(64, 'a'), zone = "Asia/Seoul";

EditionId edition(std::size_t number) {
  return derived_id<EditionId>({"bench/edition", static_cast<std::int64_t>(number)});
}
CommandId once(std::string_view what, const std::string& home, std::int64_t number) {
  return {digest128({"bench", what, home, number}), home, {}, {}};
}

class NoFiles final : public EditionFiles {
 public:
  void fetch(const EditionId&, const std::string&, std::int64_t) override {}
};

// One customer: what they do next follows from how often they were answered.
class Customer {
 public:
  // `run` sets apart what several programs do to one folder.
  Customer(std::size_t number, std::int64_t run, Instant until)
      : id_{derived_id<PersonId>({"bench/customer", run, static_cast<std::int64_t>(number)})},
        home_{"requests/" + id_.text()},
        first_{number},
        until_{until} {}

  void next(chassis::Commands& to, std::size_t editions, auto done) {
    const auto round = said_ / 3;
    const auto book = edition((first_ + static_cast<std::size_t>(round)) % editions);
    const auto hold = derived_id<HoldId>({"bench/hold", id_, round});
    const auto payment = derived_id<PaymentId>({"bench/payment", id_, round});
    const auto rental = derived_id<RentalId>({"bench/rental", id_, round});
    const auto give = [&, id = once("customer", home_, said_)]<class Command>(Command command) {
      to.submit(std::move(command), id).start(chassis::Reply<typename Command::Decision>{done});
    };
    switch (said_++ % 3) {
      case 0: return give(HoldLicence{book, id_, hold, payment, rental, price, zone, 10, {}});
      case 1: return give(StartRental{rental, book, id_, hold, payment, until_, {}});
      default: return give(ReturnBook{rental, book, id_});
    }
  }
  [[nodiscard]] std::int64_t rentals() const { return said_ / 3; }

 private:
  PersonId id_;
  std::string home_;
  std::size_t first_;
  std::int64_t said_ = 0;
  Instant until_;
};

void demand(bool met, const char* what) {
  if (!met) throw std::runtime_error{what};
}

}  // namespace

Lending::Lending(const std::string& folder, std::size_t batch_max, std::size_t editions)
    : editions_{editions}, context_{rental_context()} {
  storage::RealFileSystem{}.create_folder(folder);
  static NoFiles files;
  chassis::PortsOf ports;
  ports.provide<EditionFiles>(files);
  chassis::EngineSettings settings;
  settings.folder = folder;
  settings.journal.batch_max = batch_max;
  engine_ = std::make_unique<chassis::Engine>(*context_, runtime_, bus_, std::move(ports), settings,
                                              log_);
  engine_->start();
  stock();
}
Lending::~Lending() {
  runtime_.stop();
  runtime_.join();
  engine_->close();
}

void Lending::stock() {
  std::vector<std::pair<SetTerms, CommandId>> terms;
  std::vector<std::pair<ExpectFile, CommandId>> expected;
  std::vector<std::pair<NoteFileReady, CommandId>> here;
  for (std::size_t i = 0; i < editions_; ++i) {
    const auto book = edition(i);
    const auto home = "requests/stock";
    const auto number = static_cast<std::int64_t>(i);
    terms.push_back({{book, price, 14, licences, 0, {}}, once("terms", home, number)});
    expected.push_back({{book, sha256, 1}, once("expected", home, number)});
    here.push_back({{book, sha256, 1}, once("here", home, number)});
  }
  for (const auto& it : engine_->run_all(std::move(terms))) demand(it.has_value(), "no terms");
  for (const auto& it : engine_->run_all(std::move(expected))) demand(it.has_value(), "no file");
  for (const auto& it : engine_->run_all(std::move(here))) demand(it.has_value(), "no file");
  engine_->settle(runtime_.now() + std::chrono::minutes{1});
}

Lending::Figures Lending::rent_and_return(std::size_t count, const Until& limits) {
  struct Street {
    Street(runtime::Runtime& runtime, std::size_t customers) : answered{runtime, customers} {}
    runtime::Mailbox<std::size_t> answered;
    std::atomic<std::uint64_t> commands = 0, refused = 0, failed = 0;
  } street{runtime_, count};
  const auto begin = runtime_.now();
  const auto end = begin + limits.time;
  const auto run = begin.time_since_epoch().count();
  const auto until = std::chrono::floor<std::chrono::milliseconds>(begin) + std::chrono::days{14};
  std::size_t came = 0;
  const auto next_customer = [&] { return Customer{came++, run, until}; };
  std::vector<Customer> customers;
  customers.reserve(count);
  for (std::size_t i = 0; i < count; ++i) customers.push_back(next_customer());
  const auto before = engine_->progress().journal;
  const auto go_on = [&](std::size_t who) {
    if (customers[who].rentals() >= limits.rentals_each) customers[who] = next_customer();
    customers[who].next(*engine_, editions_, [&street, who](const auto& decided) {
      ++street.commands;
      if (!decided) ++street.failed;
      else if (decided->refused()) ++street.refused;
      static_cast<void>(street.answered.try_push(std::size_t{who}));
    });
  };
  const auto is_over = [&] {
    return runtime_.now() >= end || street.commands >= limits.commands ||
           (limits.head != INT64_MAX && head() >= limits.head);
  };
  for (std::size_t i = 0; i < count; ++i) go_on(i);
  for (std::size_t home = 0; home < count;)
    for (const auto who : street.answered.drain(count))
      if (!is_over()) go_on(who);
      else ++home;
  const double seconds = std::chrono::duration<double>(runtime_.now() - begin).count();
  const auto after = engine_->progress().journal;
  demand(street.failed == 0 && street.refused == 0, "a command that must stand did not");
  const auto batches = static_cast<double>(after.batches - before.batches);
  return {street.commands, street.refused, seconds, static_cast<double>(street.commands) / batches,
          batches / seconds};
}

chassis::Position Lending::head() { return engine_->progress().head; }
void Lending::come_to_rest() {
  demand(engine_->settle(runtime_.now() + std::chrono::minutes{2}), "the read models lag");
}

std::vector<Lent> Lending::lend(std::size_t count) {
  constexpr std::size_t each = 10, at_once = 1000;
  const auto until =
      std::chrono::floor<std::chrono::milliseconds>(runtime_.now()) + std::chrono::days{14};
  std::vector<Lent> lent;
  while (lent.size() < count) {
    std::vector<std::pair<HoldLicence, CommandId>> holds;
    std::vector<std::pair<StartRental, CommandId>> starts;
    for (std::size_t i = 0; i < at_once; ++i) {
      const auto number = lent.size();
      const auto round = static_cast<std::int64_t>(number);
      const auto customer =
          derived_id<PersonId>({"bench/reader", static_cast<std::int64_t>(number / each)});
      const auto rental = derived_id<RentalId>({"bench/loan", round});
      const auto hold = derived_id<HoldId>({"bench/loan/hold", round});
      const auto payment = derived_id<PaymentId>({"bench/loan/payment", round});
      const auto book = edition(number % editions_);
      const auto home = "requests/" + customer.text();
      holds.push_back({{book, customer, hold, payment, rental, price, zone, 10, {}},
                       once("hold", home, round)});
      starts.push_back(
          {{rental, book, customer, hold, payment, until, {}}, once("start", home, round)});
      lent.push_back({rental, customer});
    }
    for (const auto& it : engine_->run_all(std::move(holds)))
      demand(it && !it->refused(), "a licence could not be held");
    for (const auto& it : engine_->run_all(std::move(starts)))
      demand(it && !it->refused(), "a rental could not be started");
  }
  come_to_rest();
  return lent;
}

}  // namespace madang::bench
