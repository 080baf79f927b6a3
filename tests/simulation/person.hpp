#pragma once
// Somebody with a client of the shop's API: signs in, asks again under the same key while no answer comes, gives
// up after a while, and notices when the shop contradicts itself.
#include "chassis/json/json.hpp"
#include "tests/simulation/history.hpp"
#include "tests/simulation/world.hpp"
#include <optional>
#include <string>

namespace madang::simulation {

struct Answer {
  int status = 0;
  std::string text;
  std::string location, etag;
  std::string position;  // by which a reader sees what was done
  [[nodiscard]] bool is_success() const { return status >= 200 && status < 300; }
  [[nodiscard]] std::string slug() const;  // of a problem
  // A member of the answer's object as text; empty when it is not there.
  [[nodiscard]] std::string text_of(std::string_view member) const;
};

struct Asking {
  http::Method method;
  std::string target;
  std::string body{};
  bool is_effect = false;
  std::string if_match{}, content_type = "application/json";
  bool streams = false;
  bool anonymous = false;
  std::string after{};  // a position that the answer must show
};

// Its functions are for tasks of the people's process.
class Person {
 public:
  Person(World&, History&, std::string name, std::string email, std::string password);

  bool register_and_sign_in();
  // The same address, from two devices at once and with two passwords: one of them has an account.
  bool register_twice_at_once();
  bool sign_in();
  bool refresh();
  void forget_session() { access_token_.clear(); }

  // A second factor, from its beginning to its end; nothing is left of it unless an answer got lost.
  void try_a_second_factor();
  // Signs in with a code of their app or a recovery code; whether it was taken.
  bool sign_in_with(const std::string& code);
  // Somebody else is about to remove their app for them, or has.
  void factor_is_in_doubt() { factor_ = Factor::in_doubt; }
  void factor_is_off() { factor_ = Factor::off; }
  [[nodiscard]] bool has_a_factor() const { return factor_ == Factor::on; }

  // Until there is an answer that stands; nothing: they gave up.
  std::optional<Answer> ask(const Asking&);
  std::optional<Answer> ask(const Asking&, const std::string& key);
  std::optional<Answer> get(std::string target) {
    return ask({.method = http::Method::get, .target = std::move(target)});
  }
  std::optional<Answer> post(std::string target, std::string body = {}) {
    return ask({.method = http::Method::post,
                .target = std::move(target),
                .body = std::move(body),
                .is_effect = true});
  }
  [[nodiscard]] std::string new_key();
  // Something that was answered before, some time ago: the answer is the same, a refusal too.
  void ask_again_later();

  World& world;
  History& history;
  const std::string name, email;
  std::string password, id;
  bool is_gone = false;  // has asked to be forgotten

 private:
  std::optional<Answer> ask_once(const Asking&, const std::string& key);
  void ask_in_other_ways(const Asking&, const std::string& key, const Answer& first);
  void demand_the_same(const Asking&, const Answer& first, const Answer& again);
  [[nodiscard]] Asking registering(const std::string& with_password) const;
  [[nodiscard]] std::optional<Answer> try_to_sign_in(const std::string& with_password,
                                                     const std::string& code = {});
  [[nodiscard]] std::string code_shown() const;
  bool begin_session(const Answer&);
  void note(const Asking&, const std::optional<Answer>&);

  std::string address_, access_token_, refresh_token_;
  // Of which they know: an answer that got lost leaves them in doubt.
  enum class Factor { off, in_doubt, on };
  Factor factor_ = Factor::off;
  std::string app_;  // the secret that their authenticator was given
  std::vector<std::string> recovery_codes_;
  int keys_ = 0;
  struct Told {
    Asking asked;
    std::string key;
    Answer answer;
  };
  std::vector<Told> told_;  // effects
};

}  // namespace madang::simulation
