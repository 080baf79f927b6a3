// What time does: it ends what it is to end, when it is to, in the time of the log, which a jumping clock does not
// shorten; and nothing is told that its time is up before it is.
#include "tests/simulation/laws.hpp"

#include <fmt/format.h>

#include <functional>

namespace madang::simulation {
namespace {

using chassis::JsonView;

constexpr std::int64_t second = 1000, hour = 3600 * second, day = 24 * hour;
constexpr std::int64_t zone_ahead = 9 * hour;  // Asia/Seoul, all the year

// Midnight after so many days more than the one in which the moment lies.
std::int64_t end_of_day(std::int64_t moment, std::int64_t days) {
  return ((moment + zone_ahead) / day + days + 1) * day - zone_ahead;
}

std::string text(JsonView in, std::string_view member) {
  const auto found = in.find(member);
  return found && found->is_text() ? std::string{found->text()} : std::string{};
}

class Times {
 public:
  Times(World& world, const Logs& logs) : world_{world} {
    for (const auto* context : contexts)
      for (const auto& event : logs.of(context)) {
        now_ = &event;
        context_ = context;
        const auto& document = event.json();
        if (event.type.ends_with(".Stepped")) of_process(document.root());
        else if (event.stream.starts_with("LicencePool/")) of_pool(document.root());
        else if (event.stream.starts_with("Rental/")) of_rental(document.root());
        else if (event.stream.starts_with("Payment/")) of_payment(document.root());
      }
  }

  // What should have been over by then, in the time of its context, and is not.
  using By = std::function<std::int64_t(const std::string& context)>;
  [[nodiscard]] std::vector<std::string> overdue(const By& by_of) const {
    std::vector<std::string> all;
    const auto by = by_of("rental");
    for (const auto& [pool, until] : pools_)
      for (const auto& [what, end] : until)
        if (end < by) all.push_back(fmt::format("{} of {} since {}", what, pool, end));
    for (const auto& [rental, loan] : loans_)
      if (loan.until < by && !loan.is_over)
        all.push_back(fmt::format("the loan of {} since {}", rental, loan.until));
    for (const auto& [process, due] : deadlines_)
      if (due && *due < by_of(process.first))
        all.push_back(fmt::format("{} since {}", process.second, *due));
    return all;
  }

 private:
  struct Loan {
    std::int64_t until = 0;
    bool is_over = false;
  };
  struct Hold {
    std::int64_t since = 0, days = 0;
  };

  void fault(const std::string& what) {
    world_.violate(
        fmt::format("{}: {} {} at {} {}", what, now_->stream, now_->type, now_->at, now_->payload));
  }

  void of_pool(JsonView it) {
    static const std::set<std::string, std::less<>> commands{
        "TermsSet",          "FileFetched",    "LendingStopped", "LicenceHeld",   "PaymentNotBegun",
        "PaymentTriedAgain", "HoldStoodStill", "HoldWentOn",     "HoldReleased",  "LicenceLent",
        "LicenceKept",       "LineJoined",     "LineLeft",       "OfferTakenBack"};
    auto& until = pools_[now_->stream];
    if (commands.contains(now_->type))
      for (const auto& [what, end] : until)
        if (end <= now_->at) fault(fmt::format("{} stands at its end {}", what, end));
    const auto& type = now_->type;
    const auto hold = "hold " + text(it, "hold"), offer = "an offer to " + text(it, "customer"),
               loan = "the licence of " + text(it, "rental");
    if (type == "LicenceHeld" || type == "HoldWentOn") {
      until[hold] = it["until"].integer();
      if (type == "LicenceHeld") {
        until.erase(offer);
        rentals_[text(it, "hold")] = text(it, "rental");
        holds_[text(it, "rental")].days = it["days"].integer();
      }
      holds_[rentals_[text(it, "hold")]].since = it["since"].integer();
    } else if (type == "HoldStoodStill") {
      until[hold] = it["until"].integer();
    } else if (type == "HoldReleased" || type == "HoldLapsed") {
      until.erase(hold);
    } else if (type == "LicenceLent") {
      until.erase(hold);
      until[loan] = it["until"].integer();
    } else if (type == "LicenceKept") {
      until[loan] = it["until"].integer();
    } else if (type == "LicenceFreed") {
      until.erase(loan);
    } else if (type == "LicenceOffered") {
      until[offer] = it["until"].integer();
    } else if (type == "OfferLapsed" || type == "OfferTakenBack" || type == "LineLeft" ||
               type == "WaitingEnded") {
      until.erase(offer);
    }
  }

  void of_rental(JsonView it) {
    auto& loan = loans_[now_->stream];
    const auto& type = now_->type;
    if (type == "RentalStarted") {
      const auto& held = holds_[text(it, "rental")];
      loan.until = it["until"].integer();
      if (it["starts"].integer() != held.since || loan.until != end_of_day(held.since, held.days))
        fault(fmt::format("a loan of {} days from {} on", held.days, held.since));
      return;
    }
    if (type == "RentalConfirmed") return;  // who asks for it again is told of it, whenever that is
    const bool ends = type == "RentalExpired" || type == "ExtensionLapsed";
    if (!ends && now_->at >= loan.until) fault("a loan goes on after its end");
    if (type == "ExtensionBegun")
      extensions_[text(it, "payment")] = end_of_day(it["from"].integer() - 1, it["days"].integer());
    if (type == "RentalExtended") {
      loan.until = it["until"].integer();
      if (loan.until != extensions_[text(it, "payment")])
        fault("an extension ends at another time");
    }
    if (type == "LinkGiven" && it["until"].integer() > loan.until)
      fault("a link lasts longer than its loan");
    if (type == "RentalExpired" || type == "BookReturned" || type == "RentalCancelled")
      loan.is_over = true;
  }

  void of_payment(JsonView it) {
    auto& pay_by = pay_by_[now_->stream];
    if (now_->type == "PaymentBegun") pay_by = it["pay_by"].integer();
    if ((now_->type == "PaymentBegun" || now_->type == "ConfirmingBegun") && now_->at >= pay_by)
      fault(fmt::format("a payment begins after its time {}", pay_by));
  }

  void of_process(JsonView it) {
    auto& due = deadlines_[{context_, now_->stream}];
    if (text(it, "on") == "TimeIsUp" && due && now_->at < *due)
      fault(fmt::format("time is up before {}", *due));
    due = deadline_of(it["state"]);
  }
  // Nothing: it waits for no time, or nobody here knows for which.
  static std::optional<std::int64_t> deadline_of(JsonView state) {
    for (const auto* member : {"ask_again", "goes_on_at", "look_again"})
      if (const auto due = state.find(member)) return due->integer();
    if (state["is"].text() == "AwaitingPayment")
      for (const auto& [of, member] : {std::pair{"held", "until"}, std::pair{"begun", "lapses"}})
        if (const auto asked = state.find(of)) return (*asked)[member].integer();
    return std::nullopt;
  }

  World& world_;
  const Event* now_ = nullptr;
  std::string context_;
  std::map<std::string, std::map<std::string, std::int64_t>> pools_;
  std::map<std::string, std::string> rentals_;  // by hold
  std::map<std::string, Hold> holds_;           // by rental
  std::map<std::string, Loan> loans_;
  std::map<std::string, std::int64_t> extensions_, pay_by_;
  std::map<std::pair<std::string, std::string>, std::optional<std::int64_t>>
      deadlines_;  // by context and process
};

}  // namespace

void check_times(World& world, const Logs& logs) { static_cast<void>(Times{world, logs}); }

void check_punctuality(World& world, const Logs& logs) {
  const auto by = [&](const std::string& context) {
    const auto latest = world.machine_of(context).runtime.now() - 30s;
    return std::chrono::floor<std::chrono::milliseconds>(latest).time_since_epoch().count();
  };
  for (const auto& it : Times{world, logs}.overdue(by))
    world.violate("overdue though nothing goes wrong: " + it);
}

}  // namespace madang::simulation
