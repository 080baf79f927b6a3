#include "tests/simulation/person.hpp"

#include "chassis/security/totp.hpp"

#include <fmt/format.h>

#include <set>

namespace madang::simulation {
namespace {

class Bytes final : public http::BodyReader {
 public:
  explicit Bytes(std::string bytes) : bytes_{std::move(bytes)} {}
  std::size_t read(std::span<std::byte> into) override {
    const auto got = std::min(into.size(), bytes_.size() - at_);
    std::copy_n(std::as_bytes(std::span{bytes_}).begin() + static_cast<std::ptrdiff_t>(at_), got,
                into.begin());
    at_ += got;
    return got;
  }
  [[nodiscard]] std::optional<std::uint64_t> declared_length() const override {
    return bytes_.size();
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

// Not the shop's last word: to be asked again under the same key.
bool stands(const Answer& answer) {
  return answer.status != 500 && answer.status != 503 && answer.status != 429 &&
         answer.status != 408 && answer.slug() != "request-in-progress";
}

// Recorded for ever under its key, and no word on who asks or on how things stand at the moment.
bool is_final(const Answer& answer) {
  static const std::set<std::string, std::less<>> of_the_moment{"payment-unsettled", "desk-closed",
                                                                "one-time-code-wrong"};
  if (answer.is_success()) return true;
  return (answer.status == 402 || answer.status == 409 || answer.status == 422) && stands(answer) &&
         !of_the_moment.contains(answer.slug());
}

// A link is signed when it is told, by the key of that day.
std::string without_signature(std::string text) {
  const auto from = text.find("signature=");
  if (from != text.npos) text.erase(from, text.find('"', from) - from);
  return text;
}

std::string words(const Asking& it) {
  return fmt::format("{} {}{}", http::text_of(it.method), it.target,
                     it.streams || it.body.empty() || it.anonymous ? "" : " " + it.body);
}

}  // namespace

std::string Answer::text_of(std::string_view member) const {
  const auto document = chassis::JsonDocument::from_outside(text);
  if (!document || !document->root().is_object()) return {};
  const auto found = document->root().find(member);
  if (!found) return {};
  return found->is_text() ? std::string{found->text()} : found->json();
}

std::string Answer::slug() const {
  const auto type = status < 400 ? std::string{} : text_of("type");
  return type.substr(type.rfind('/') + 1);
}

Person::Person(World& its_world, History& its_history, std::string its_name, std::string its_email,
               std::string its_password)
    : world{its_world},
      history{its_history},
      name{std::move(its_name)},
      email{std::move(its_email)},
      password{std::move(its_password)},
      address_{fmt::format("192.0.2.{}", world.simulator.random() % 250 + 1)} {}

std::string Person::new_key() {
  return fmt::format("{}-{}-{}", name, ++keys_, world.simulator.random() % 1000);
}

Asking Person::registering(const std::string& with_password) const {
  return {.method = http::Method::post,
          .target = "/v1/people",
          .body = fmt::format(R"({{"email":"{}","password":"{}","name":"{}"}})", email,
                              with_password, name),
          .is_effect = true,
          .anonymous = true};
}

std::optional<Answer> Person::try_to_sign_in(const std::string& with_password,
                                             const std::string& code) {
  const auto shown = code.empty() ? "" : fmt::format(R"(,"code":"{}")", code);
  return ask(
      {.method = http::Method::post,
       .target = "/v1/sessions",
       .body = fmt::format(R"({{"email":"{}","password":"{}"{}}})", email, with_password, shown),
       .anonymous = true});
}

bool Person::register_and_sign_in() {
  const auto answer = ask(registering(password));
  return answer && answer->is_success() && sign_in();
}

bool Person::register_twice_at_once() {
  struct Rival {
    explicit Rival(runtime::Runtime& of) : over{of} {}
    runtime::Signal over;
  };
  const auto rival = std::make_shared<Rival>(world.people);
  const auto other_password = password + ", another";
  world.people.spawn("another device", [this, rival, other_password] {
    ask(registering(other_password));
    rival->over.raise();
  });
  ask(registering(password));
  rival->over.wait_beyond(0, runtime::never);
  const auto mine = try_to_sign_in(password), other = try_to_sign_in(other_password);
  if (mine && mine->is_success() && other && other->is_success())
    world.violate("two accounts have the address " + email);
  const bool rival_was_first = (!mine || !mine->is_success()) && other && other->is_success();
  if (rival_was_first) password = other_password;
  return sign_in();
}

bool Person::sign_in() {
  const bool had_a_factor = has_a_factor();  // another device of theirs may set one up meanwhile
  const auto answer = try_to_sign_in(password);
  if (answer && answer->slug() == "second-factor-needed") {
    // A code that was taken though its answer got lost is taken no more: the next one is.
    for (int time = 0; time < 4; ++time) {
      if (sign_in_with(code_shown())) return true;
      world.people.sleep(security::totp_step);
    }
    return false;
  }
  if (!answer || !answer->is_success()) return false;
  if (had_a_factor && has_a_factor()) world.violate(name + " has a second factor and needed none");
  return begin_session(*answer);
}

bool Person::begin_session(const Answer& answer) {
  access_token_ = answer.text_of("access_token");
  refresh_token_ = answer.text_of("refresh_token");
  id = answer.text_of("person_id");
  return true;
}

bool Person::refresh() {
  const auto answer = ask({.method = http::Method::post,
                           .target = "/v1/sessions/refresh",
                           .body = fmt::format(R"({{"refresh_token":"{}"}})", refresh_token_),
                           .anonymous = true});
  if (!answer || !answer->is_success()) return false;
  access_token_ = answer->text_of("access_token");
  refresh_token_ = answer->text_of("refresh_token");
  return true;
}

std::optional<Answer> Person::ask_once(const Asking& it, const std::string& key) {
  http::Headers headers;
  if (!it.body.empty()) headers.set("Content-Type", it.content_type);
  if (!it.anonymous && !access_token_.empty())
    headers.set("Authorization", "Bearer " + access_token_);
  if (it.is_effect) headers.set("Idempotency-Key", key);
  if (!it.if_match.empty()) headers.set("If-Match", it.if_match);
  if (!it.after.empty()) headers.set("Madang-Position", it.after);
  auto request = http::request_of(it.method, it.target, std::move(headers), it.body);
  request.client_address = address_;
  if (it.streams) request.stream = std::make_shared<Bytes>(std::exchange(request.body, {}));
  const auto patience = std::chrono::seconds{2 + world.simulator.random() % 20};
  const auto response = world.ask_shop(world.people, std::move(request), patience);
  std::optional<Answer> answer;
  if (response) {
    const auto field = [&](const char* wanted) {
      return std::string{response->headers.get(wanted).value_or("")};
    };
    answer = Answer{response->status, response->text(), field("Location"), field("ETag"),
                    field("Madang-Position")};
  }
  note(it, answer);
  return answer;
}

void Person::note(const Asking& it, const std::optional<Answer>& answer) {
  const auto operation =
      history.contract.name_of(it.method, it.target.substr(0, it.target.find('?')));
  world.tell(fmt::format(
      "{}: {} -> {}", name, words(it),
      answer ? fmt::format("{} {}", answer->status, answer->status < 400 ? "" : answer->slug())
             : "no answer"));
  if (!answer) {
    ++history.unanswered;
    return;
  }
  auto& use = history.operations[operation];
  ++use.answered;
  if (answer->is_success()) {
    ++use.accepted;
    if (it.is_effect) ++history.effects_accepted;
  } else {
    ++history.refused;
    ++history.refusals[answer->slug()];
  }
  if (answer->status == 500)
    world.violate(fmt::format("a defect answers {}: {}", operation, answer->text));
}

std::optional<Answer> Person::ask(const Asking& it) { return ask(it, new_key()); }

std::optional<Answer> Person::ask(const Asking& it, const std::string& key) {
  const auto attempts = 1 + world.simulator.random() % 12;
  for (std::uint64_t attempt = 0; attempt < attempts; ++attempt) {
    auto answer = ask_once(it, key);
    if (answer && answer->status == 401 && !it.anonymous) {
      if (!sign_in()) return std::nullopt;
      continue;
    }
    if (answer && stands(*answer)) {
      if (it.is_effect && !it.streams && !world.faults.people_are_plain)
        ask_in_other_ways(it, key, *answer);
      return answer;
    }
    world.people.sleep(std::chrono::milliseconds{50 + world.simulator.random() % 4000});
  }
  return std::nullopt;
}

// What the shop has decided once stays decided: refusals too, unless they were of the moment.
void Person::demand_the_same(const Asking& it, const Answer& first, const Answer& again) {
  if (!stands(again) || again.status == 401) return;
  const bool is_same =
      first.is_success()
          ? again.status == first.status &&
                without_signature(again.text) == without_signature(first.text) &&
                without_signature(again.location) == without_signature(first.location)
          : again.status == first.status && again.slug() == first.slug();
  if (!is_same)
    world.violate(fmt::format("{} was answered {} {} and then {} {}", words(it), first.status,
                              first.text, again.status, again.text));
}

void Person::ask_again_later() {
  if (told_.empty()) return;
  const auto it = told_[world.simulator.random() % told_.size()];
  ++history.repeats;
  if (const auto again = ask_once(it.asked, it.key)) demand_the_same(it.asked, it.answer, *again);
}

// Impatient clients send what was done already, or something else under the same key.
void Person::ask_in_other_ways(const Asking& it, const std::string& key, const Answer& first) {
  constexpr std::size_t remembered_max = 40;
  const bool is_decided = is_final(first) && !it.anonymous;
  if (is_decided && told_.size() < remembered_max) told_.push_back({it, key, first});
  if ((is_decided || first.is_success()) && !it.anonymous && world.simulator.one_in(4)) {
    ++history.repeats;
    if (const auto again = ask_once(it, key)) demand_the_same(it, first, *again);
  }
  const auto amount = it.body.find(R"("amount":)");
  if (amount != it.body.npos && first.is_success() && world.simulator.one_in(8)) {
    auto other = it;
    other.body.insert(amount + std::string_view{R"("amount":)"}.size(), "1");
    const auto refused = ask_once(other, key);
    if (refused && (refused->is_success() || (refused->status == 409 && stands(*refused))))
      world.violate(fmt::format("{} is carried out under the key of {}: {}", words(other),
                                words(it), refused->status));
  }
  // A key belongs to one operation: under another it is a new one.
  if (first.is_success() && !it.anonymous && world.simulator.one_in(8)) {
    const Asking other{
        .method = http::Method::delete_, .target = "/v1/sessions/current", .is_effect = true};
    const auto answer = it.target == other.target ? std::nullopt : ask_once(other, key);
    if (answer && stands(*answer) && answer->slug().starts_with("idempotency-key"))
      world.violate(fmt::format("the key of {} is no key for another operation: {}", words(it),
                                answer->text));
    if (answer && answer->is_success()) sign_in();
  }
}

}  // namespace madang::simulation
