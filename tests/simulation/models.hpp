#pragma once
// What three things of the shop do, one call at a time: the licences of an edition, an e-mail address, and a key
// under which something is asked. Written from what is promised, not from the code.
#include <cstdint>
#include <optional>
#include <string>

namespace madang::simulation {

// A licence is given to who asks while one is free, and refused when none is.
struct LicencesModel {
  enum class Call { given, refused, given_back };
  using State = int;  // how many are out

  int licences;

  [[nodiscard]] State begins() const { return 0; }
  [[nodiscard]] std::optional<State> after(State out, Call call) const {
    switch (call) {
      case Call::given: return out < licences ? std::optional{out + 1} : std::nullopt;
      case Call::refused: return out == licences ? std::optional{out} : std::nullopt;
      case Call::given_back: return out > 0 ? std::optional{out - 1} : std::nullopt;
    }
    return std::nullopt;
  }
};

// Whoever registers an address first has it, with their password; everybody is told the same.
struct AddressModel {
  struct Call {
    enum class What { registered, let_in, turned_away } what;
    std::string password;
  };
  using State = std::string;  // the password with which one gets in; empty: none

  [[nodiscard]] State begins() const { return {}; }
  [[nodiscard]] std::optional<State> after(const State& owner, const Call& call) const {
    const bool fits = owner == call.password;
    switch (call.what) {
      case Call::What::registered: return owner.empty() ? call.password : owner;
      case Call::What::let_in: return fits ? std::optional{owner} : std::nullopt;
      case Call::What::turned_away: return fits ? std::nullopt : std::optional{owner};
    }
    return std::nullopt;
  }
};

// What is asked first under a key is done, once, and its answer is the answer for ever; anything else under that
// key is refused.
struct KeyModel {
  struct Call {
    std::string asked, told;  // told nothing: refused, as another was asked before
  };
  struct State {
    std::string asked, told;
    friend auto operator<=>(const State&, const State&) = default;
  };

  [[nodiscard]] State begins() const { return {}; }
  [[nodiscard]] std::optional<State> after(const State& first, const Call& call) const {
    if (first.asked.empty())
      return call.told.empty() ? std::nullopt : std::optional{State{call.asked, call.told}};
    const auto expected = first.asked == call.asked ? first.told : std::string{};
    return call.told == expected ? std::optional{first} : std::nullopt;
  }
};

}  // namespace madang::simulation
