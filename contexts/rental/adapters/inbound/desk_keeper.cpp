#include "rental/adapters/inbound/desk_keeper.hpp"

#include <span>

namespace madang::rental {

namespace {

constexpr auto look_every = std::chrono::seconds{1};

}  // namespace

void DeskKeeper::run() {
  while (true) {
    try {
      look_once();
    } catch (const chassis::Unavailable&) {
      // the journal or the read model is busy: the next look will do
    }
    runtime_.sleep(look_every);
  }
}

void DeskKeeper::look_once() {
  using State = chassis::Breaker::State;
  const auto state = breaker_.state();
  const auto& waiting = waiting_.at(std::chrono::floor<std::chrono::milliseconds>(runtime_.now()));
  for (const auto& hold : waiting.holds) {
    if (state == State::open && !hold.stands_still)
      let_stand_still(hold, anew("LicencePool/" + hold.edition.text()), rental_);
    if (state != State::open && hold.stands_still)
      let_go_on(hold, anew("LicencePool/" + hold.edition.text()), rental_);
  }
  if (state == State::open) return;
  for (const auto& it : waiting.editions)
    open_desk(it, anew("LicencePool/" + it.edition.text()), rental_);
}

// A look's command is never taken for that of another look; its outcome is kept with the edition.
chassis::RequestKey DeskKeeper::anew(const std::string& stream) const {
  chassis::Digest128 chance{};
  runtime_.fill_random(std::as_writable_bytes(std::span{chance}));
  return chassis::RequestKey::of_event("rental", "keep_desk", chance, stream, {});
}

}  // namespace madang::rental
