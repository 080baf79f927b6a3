#include "tests/simulation/releases.hpp"

#include "tests/simulation/chances.hpp"

#include <array>

namespace madang::simulation {
namespace {

// A member that was called otherwise. The newer form is that of the product's code.
struct Renamed {
  const char* context;
  const char* type;
  const char* now;
  const char* before;

  [[nodiscard]] std::string name() const { return std::string{context} + " " + type; }
};

constexpr const char* rental_started = "madang.rental.v1.RentalStarted";

// What was heard is recorded in a form of its own, that of the day.
constexpr std::array renamed{Renamed{"payment", "PaymentBegun", "pay_by", "latest"},
                             Renamed{"payment", "PaymentCaptured", "amount", "charged"},
                             Renamed{"rental", "LicenceHeld", "until", "lapses"},
                             Renamed{"rental", "RentalStarted", "until", "ends"},
                             Renamed{"customer", rental_started, "until", "ends"},
                             Renamed{"insight", rental_started, "price", "paid"}};

// The contract's messages change compatibly alone: the next release tells more of a rental.
void tell_more(chassis::Context& context) {
  const auto told = context.published.find("RentalStarted");
  if (told == context.published.end()) return;
  told->second.map = [map = told->second.map](const chassis::Delivery& in) {
    auto messages = map(in);
    for (auto& message : messages) {
      auto document = chassis::JsonDocument::stored(message.payload);
      document.set("told_by", R"("the next release")");
      message.payload = document.root().json();
    }
    return messages;
  };
}

}  // namespace

TwoForms drawn_two_forms(runtime::Simulator& chance) {
  TwoForms all;
  for (const auto& it : renamed)
    if (chance.one_in(2)) all.insert(it.name());
  return all;
}

void come_from(Release release, const TwoForms& two_forms, chassis::Context& context) {
  for (const auto& it : renamed) {
    if (context.name() != it.context || !two_forms.contains(it.name())) continue;
    const auto older = context.schema_of(it.type);
    context.upcasters[it.type].push_back(
        {older, [it](chassis::JsonDocument& event) { event.rename(it.before, it.now); }});
    if (release == Release::before)
      context.still_written[it.type] = {
          older, [it](chassis::JsonDocument& event) { event.rename(it.now, it.before); }};
  }
  if (release == Release::before) take_no_snapshot_of_another(context);
  else if (!two_forms.empty()) tell_more(context);
}

bool brought_to_newer_form(const std::string& context, const std::string& type,
                           chassis::JsonDocument& event) {
  for (const auto& it : renamed)
    if (context == it.context && type == it.type && event.root().find(it.before)) {
      event.rename(it.before, it.now);
      return true;
    }
  return false;
}

}  // namespace madang::simulation
