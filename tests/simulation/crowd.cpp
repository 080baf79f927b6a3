#include "tests/simulation/crowd.hpp"

#include "tests/simulation/linearizable.hpp"
#include "tests/simulation/models.hpp"
#include "tests/simulation/play.hpp"
#include "tests/simulation/stage.hpp"

#include <fmt/format.h>

namespace madang::simulation {
namespace {

constexpr int licences = 2, readers = 5, wishes = 3, rivals = 4, devices = 3, askings = 3;
constexpr auto troubles_last = 90s;
constexpr const char* shared_address = "shared@example.com";

Faults troubles() {
  Faults it;
  it.kills = it.power_losses = true;
  it.trouble_every = 6s;
  it.requests_lost_one_in = 12;
  it.answers_lost_one_in = 8;
  return it;
}

struct Seen {
  std::vector<Made<LicencesModel::Call>> of_licences;
  std::vector<Made<AddressModel::Call>> of_address;
  std::vector<Made<KeyModel::Call>> of_key;
};

class Crowd {
 public:
  explicit Crowd(Play& play) : play_{play} {}

  void live() {
    world_.open();
    stage_.emplace(world_, history_, licences);
    comes("stage", [this] { stage_->prepare(); });
    until_all_are_done();
    world_.faults = troubles();
    for (const auto& name : play_.options.without) world_.faults.leave_out(name);
    for (int n = 0; n < readers; ++n) comes("reader", [this, n] { read(n); });
    for (int n = 0; n < rivals; ++n) comes("rival", [this, n] { claim(n); });
    for (int n = 0; n < devices; ++n) comes("device", [this] { ask_under_one_key(); });
    until_all_are_done();
    for (int n = 0; n < rivals; ++n) comes("rival", [this, n] { sign_in(n); });
    until_all_are_done();
    if (play_.is_well()) play_.audit.come_to_rest([] { return true; });
    search();
  }

 private:
  void comes(const char* name, std::function<void()> does) {
    ++busy_;
    world_.people.spawn(name, [this, does = std::move(does)] {
      does();
      --busy_;
    });
  }
  void until_all_are_done() {
    play_.trouble_until([this] { return busy_ == 0; }, troubles_last);
  }
  [[nodiscard]] std::int64_t now() const { return world_.now().time_since_epoch().count(); }
  void wait_a_little() {
    world_.people.sleep(std::chrono::milliseconds{world_.simulator.random() % 6000});
  }
  // Under one key, until there is an answer that will stay.
  static Answer answered(Person& person, const Asking& it, const std::string& key) {
    while (true)
      if (auto answer = person.ask(it, key);
          answer && answer->slug() != "payment-unsettled" && answer->slug() != "too-many-attempts")
        return *std::move(answer);
  }

  void read(int number) {
    const auto name = fmt::format("reader-{}", number);
    Person person{world_, history_, name, name + "@example.com", "a password of " + name};
    while (!person.register_and_sign_in()) world_.people.sleep(1s);
    for (int n = 0; n < wishes; ++n) {
      const auto began = now();
      const auto rental = answered(
          person,
          post("/v1/rentals",
               fmt::format(R"({{"edition_id":"{}","price":{},"card_token":"tok_accepted"}})",
                           stage_->edition, Stage::price)),
          person.new_key());
      note_wish(rental, began);
      if (rental.is_success()) {
        wait_a_little();
        give_back(person, rental.text_of("rental_id"));
      }
      wait_a_little();
    }
  }
  // Who was told something else may have held a licence for a while.
  void note_wish(const Answer& rental, std::int64_t began) {
    using enum LicencesModel::Call;
    if (rental.is_success()) return seen_.of_licences.push_back({given, began, now()});
    if (rental.slug() == "no-licence-free")
      return seen_.of_licences.push_back({refused, began, now()});
    for (const auto call : {given, given_back})
      seen_.of_licences.push_back({.call = call, .began = began, .must_be = false});
  }
  void give_back(Person& person, const std::string& rental) {
    const auto began = now();
    const auto answer =
        answered(person, post("/v1/rentals/" + rental + "/return"), person.new_key());
    if (!answer.is_success()) return world_.violate("a book is not taken back: " + answer.text);
    seen_.of_licences.push_back({LicencesModel::Call::given_back, began, now()});
  }

  static std::string password_of(int rival) { return fmt::format("a password of rival {}", rival); }
  Asking as_rival(const char* target, int number, const char* more) const {
    auto it = post(target, fmt::format(R"({{"email":"{}","password":"{}"{}}})", shared_address,
                                       password_of(number), more));
    it.anonymous = true;
    return it;
  }
  void claim(int number) {
    Person person{world_, history_, fmt::format("rival-{}", number), shared_address, ""};
    wait_a_little();
    const auto began = now();
    const auto told =
        answered(person, as_rival("/v1/people", number, R"(,"name":"Rival")"), person.new_key());
    if (told.is_success())
      seen_.of_address.push_back(
          {{AddressModel::Call::What::registered, password_of(number)}, began, now()});
  }
  void sign_in(int number) {
    Person person{world_, history_, fmt::format("rival-{}", number), shared_address, ""};
    auto asking = as_rival("/v1/sessions", number, "");
    asking.is_effect = false;
    const auto began = now();
    const auto told = answered(person, asking, "");
    const auto what = told.is_success() ? AddressModel::Call::What::let_in
                                        : AddressModel::Call::What::turned_away;
    seen_.of_address.push_back({{what, password_of(number)}, began, now()});
  }

  // A manager on several devices: one of two editions, under a key that belongs to the first.
  void ask_under_one_key() {
    auto& known = stage_->the_manager;
    Person device{world_, history_, known.name, known.email, known.password};
    while (!device.sign_in()) world_.people.sleep(1s);
    for (int n = 0; n < askings; ++n) {
      wait_a_little();
      const std::string title = world_.simulator.one_in(2) ? "One" : "Another";
      const auto began = now();
      const auto told = answered(
          device,
          post("/v1/editions",
               fmt::format(R"({{"title":"{0}","contributors":["Somebody"],"language":"en",)"
                           R"("format":"ebook","identifier":{{"scheme":"publisher",)"
                           R"("value":"maru:{0}"}}}})",
                           title)),
          "the-one-key");
      const bool reused = told.slug() == "idempotency-key-reused";
      if (!reused && !told.is_success()) return world_.violate("under one key: " + told.text);
      seen_.of_key.push_back({{title, reused ? "" : told.text_of("edition_id")}, began, now()});
    }
  }

  // Whether what they were told could have happened one after the other.
  void search() {
    using enum LicencesModel::Call;
    for (const auto& it : seen_.of_licences)
      if (it.call == refused) ++world_.counts["crowd: refused licences"];
    expect(LicencesModel{licences}, seen_.of_licences, "licences");
    expect(AddressModel{}, seen_.of_address, "an address");
    expect(KeyModel{}, seen_.of_key, "a key");
  }
  template <class Model, class Call>
  void expect(const Model& model, const std::vector<Made<Call>>& history, const std::string& of) {
    world_.counts["crowd: asked for " + of] += history.size();
    if (!is_linearizable(model, history))
      world_.violate("what was told of " + of + " is not one thing after the other");
  }

  Play& play_;
  World& world_ = play_.world;
  History& history_ = play_.outcome.history;
  Seen seen_;
  int busy_ = 0;
  std::optional<Stage> stage_;
};

}  // namespace

Outcome crowd(std::uint64_t seed, const Options& options) {
  Play play{seed, options};
  Crowd course{play};
  return play.through([&] { play.timed("the crowd", [&] { course.live(); }); });
}

}  // namespace madang::simulation
