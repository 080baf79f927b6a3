#include "tests/simulation/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace madang::simulation {
namespace {

// Of the operations of the contract, how many somebody was let do.
double share_accepted(const Outcome& it) {
  const auto& names = it.history.contract.names();
  const auto used = std::ranges::count_if(names, [&](const auto& name) {
    const auto found = it.history.operations.find(name);
    return found != it.history.operations.end() && found->second.accepted > 0;
  });
  return 100.0 * static_cast<double>(used) / static_cast<double>(names.size());
}

std::uint64_t times(const std::map<std::string, std::uint64_t>& counted, const std::string& what) {
  const auto found = counted.find(what);
  return found == counted.end() ? 0 : found->second;
}

double median(std::vector<double> of) {
  std::ranges::sort(of);
  return of.empty() ? 0 : of[of.size() / 2];
}

// Of a median seed.
constexpr std::array floors{std::pair{"effects accepted", 300.0},
                            std::pair{"% of the operations accepted", 70.0},
                            std::pair{"kills and power losses", 10.0},
                            std::pair{"simulated days", 30.0},
                            std::pair{"loans that ran out", 1.0},
                            std::pair{"offers accepted", 1.0},
                            std::pair{"refunds", 1.0},
                            std::pair{"payments left unknown", 1.0}};

double per(double amount, double of) { return of > 0 ? amount / of : 0; }

}  // namespace

void Figures::add(const Outcome& it) {
  ++seeds_;
  bad_ += it.violations.empty() ? 0 : 1;
  days_ += it.days;
  events_ += it.events;
  switches_ += it.switches;
  refused_ += it.history.refused;
  unanswered_ += it.history.unanswered;
  repeats_ += it.history.repeats;
  commands_ += it.history.effects_accepted;
  for (const auto& name : it.history.contract.names()) operations_[name];
  for (const auto& [name, use] : it.history.operations) operations_[name] += use.accepted;
  for (const auto& [what, count] : it.counts) counts_[what] += count;
  for (const auto& [slug, count] : it.history.refusals) refusals_[slug] += count;
  for (const auto& [part, seconds] : it.seconds_by_part) seconds_by_part_[part] += seconds;
  const auto note = [&](const char* what, auto amount) {
    of_each_seed_[what].push_back(static_cast<double>(amount));
  };
  note("effects accepted", it.history.effects_accepted);
  note("% of the operations accepted", share_accepted(it));
  note("kills and power losses",
       times(it.counts, deaths_by_kill) + times(it.counts, deaths_by_power));
  note("simulated days", it.days);
  note("loans that ran out", times(it.events_by_type, "RentalExpired"));
  note("offers accepted", it.offers_accepted);
  note("refunds", times(it.events_by_type, "PaymentRefunded"));
  note("payments left unknown", times(it.counts, unknown_payments));
}

std::vector<std::string> Figures::unused() const {
  std::vector<std::string> names;
  for (const auto& [name, accepted] : operations_) {
    const auto heard = name == "take_sandbox_webhook" ? times(counts_, "webhooks heard") : 0;
    if (accepted + heard == 0 && !name.empty()) names.push_back(name);
  }
  return names;
}

std::vector<std::string> Figures::too_little() const {
  std::vector<std::string> all;
  for (const auto& [what, least] : floors) {
    const auto found = of_each_seed_.find(what);
    const auto there = found == of_each_seed_.end() ? 0 : median(found->second);
    if (there < least)
      all.push_back(fmt::format("{:.0f} {} instead of {:.0f}", there, what, least));
  }
  return all;
}

std::string Figures::progress(double seconds) const {
  return fmt::format("… {:.0f} s, {} seeds, {} commands acknowledged, {} of the seeds broke a law",
                     seconds, seeds_, commands_, bad_);
}

std::string Figures::medians() const {
  std::string text = "a median seed has";
  for (const auto& [what, of] : of_each_seed_)
    text += fmt::format("{} {:.0f} {}", &of == &of_each_seed_.begin()->second ? "" : ",",
                        median(of), what);
  return text + "\n";
}

double Figures::of_a_core() const {
  return std::accumulate(seconds_by_part_.begin(), seconds_by_part_.end(), 0.0,
                         [](double sum, const auto& part) { return sum + part.second; });
}

std::string Figures::where_time_goes() const {
  std::string text = "where time goes:";
  for (const auto& [part, seconds] : seconds_by_part_)
    text += fmt::format(" {} {:.0f} %", part, 100 * per(seconds, of_a_core()));
  return text + "\n";
}

std::string Figures::report(double seconds) const {
  const auto seeds = static_cast<double>(seeds_);
  std::string text = fmt::format(
      "\n{} seeds in {:.0f} s, {:.2f} s of a core each, {:.0f} a minute; {:.1f} simulated years; {} "
      "events, {:.0f} a second of a core; {} task switches\n",
      seeds_, seconds, per(of_a_core(), seeds), per(60 * seeds, seconds), days_ / 365, events_,
      per(static_cast<double>(events_), of_a_core()), switches_);
  text += fmt::format("{} commands acknowledged, {} requests refused, {} unanswered, {} repeated\n",
                      commands_, refused_, unanswered_, repeats_);
  text += medians();
  for (const auto& [what, count] : counts_) text += fmt::format("  {:>10}  {}\n", count, what);
  text += "refused:";
  for (const auto& [slug, count] : refusals_) text += fmt::format(" {} {}", count, slug);
  text += "\n" + where_time_goes();
  const auto missing = unused();
  text += fmt::format("{} of {} operations accepted", operations_.size() - missing.size(),
                      operations_.size());
  for (const auto& name : missing) text += ", never: " + name;
  return text + fmt::format("\n{} seeds broke a law\n", bad_);
}

}  // namespace madang::simulation
