#include "apps/madang/tests/spread_shop.hpp"

#include <fmt/format.h>

#include "catalog/adapters/outbound/epub.hpp"
#include "tests/simulation/opening_day.hpp"

namespace madang::app {
namespace {

constexpr auto request_lasts = 30s;
constexpr const char* operators_address = "operator@example.com";
constexpr const char* operators_password = "a password of the operator";

class Bytes final : public http::BodyReader {
 public:
  explicit Bytes(std::string bytes) : bytes_{std::move(bytes)} {}
  std::size_t read(std::span<std::byte> into) override {
    const auto piece = std::as_bytes(std::span{bytes_}).subspan(at_);
    const auto count = std::min(piece.size(), into.size());
    std::ranges::copy(piece.first(count), into.begin());
    at_ += count;
    return count;
  }
  [[nodiscard]] std::optional<std::uint64_t> declared_length() const override {
    return bytes_.size();
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

std::string bytes_of(storage::FileSystem& files, const http::FileSlice& slice) {
  const auto file = files.open(slice.path.string());
  if (!file) throw chassis::Unavailable{"the file is gone"};
  std::string bytes(slice.length, '\0');
  bytes.resize(file->read(slice.offset, std::as_writable_bytes(std::span{bytes})));
  return bytes;
}

}  // namespace

SpreadShop::SpreadShop() {
  settings.requests_per_minute = 0;
  simulator.when_killed([this](const std::string& process, std::string_view) {
    if (processes_.contains(process)) dead_.insert(process);
  });
  simulator.when_task_fails([](const auto& process, const auto& task, const auto& what) {
    ADD_FAILURE() << task << " of " << process << " ends by: " << what;
  });
  for (const auto& part : parts) {
    processes_[part];
    simulator.program(part, [this, part] { run(part); });
  }
}

SpreadShop::~SpreadShop() {
  simulator.kill_all();
  processes_.clear();
}

Surroundings SpreadShop::surroundings_of(const std::string& part) {
  Surroundings around;
  around.here = {part};
  around.broker = &broker.reached_from(part);
  around.secrets = secrets_.get();
  around.marks = [](const std::string&) { return storage::marks_in_memory(); };
  around.password_cost = {.memory_kib = 8, .passes = 1};
  around.elsewhere.serve = [this, part](const std::string& context, const http::Request& request) {
    return carry(part, context, request, &Shop::serve);
  };
  around.elsewhere.call = [this, part](const std::string& context, std::string_view method,
                                       const std::string& message, const chassis::Call& call) {
    ++calls[std::string{method}];
    return cross<std::string>(part, context, call.deadline,
                              [method = std::string{method}, message, call](Shop& shop) {
                                return shop.answer_call(method, message, call);
                              });
  };
  return around;
}

// A process that cannot start yet is started again, as whatever supervises it does.
void SpreadShop::run(const std::string& part) {
  auto& process = processes_.at(part);
  auto own = settings;
  own.data = part;
  while (!process.shop) try {
      process.metrics = std::make_unique<telemetry::Registry>();
      process.shop = std::make_unique<Shop>(simulator.process(part), storage.files(), own,
                                            *process.metrics, log, surroundings_of(part));
    } catch (const chassis::Unavailable&) {
      simulator.process(part).sleep(1s);
    }
  process.shop->start();
}

void SpreadShop::appoint_the_operator() {
  auto own = settings;
  own.data = "identity";
  auto around = surroundings_of("identity");
  around.broker = nullptr;
  std::unique_ptr<simulation::OpeningDay> day;
  auto& machine = simulator.process("identity");
  bool over = false;
  machine.spawn("operator add", [&] {
    secrets_ = std::make_unique<security::SecretFolder>(storage.files(), "identity/secrets");
    day = std::make_unique<simulation::OpeningDay>(machine, storage.files(), own, around, log);
    day->appoint(operators_address, operators_password);
    over = true;
  });
  simulator.run([&] { return over; });
  simulator.kill("identity", "the operator is there");
  dead_.clear();
}

void SpreadShop::bury_the_dead() {
  for (const auto& part : std::exchange(dead_, {})) {
    processes_.at(part).shop.reset();
    if (!shut_.contains(part)) simulator.start(part);
  }
}

void SpreadShop::shut(const std::string& part) {
  shut_.insert(part);
  kill(part);
}

void SpreadShop::open(const std::string& part) {
  shut_.erase(part);
  dead_.insert(part);
}

void SpreadShop::people_do(std::function<void()> what) {
  appoint_the_operator();
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) simulator.start(*part);
  bool over = false;
  people.spawn("people", [&] {
    while (!std::ranges::all_of(processes_, [](auto& it) { return it.second.shop != nullptr; }))
      people.sleep(1s);
    what();
    over = true;
  });
  const auto latest = simulator.now() + 6h;
  while (!over && simulator.alive("people") && simulator.now() < latest) {
    simulator.run([&] {
      return over || !dead_.empty() || !simulator.alive("people") || simulator.now() >= latest;
    });
    bury_the_dead();
  }
  EXPECT_TRUE(over);
}

template <class T>
T SpreadShop::cross(const std::string& from, const std::string& to, runtime::Time deadline,
                    std::function<T(Shop&)> there) {
  struct Way {
    explicit Way(runtime::Runtime& of) : over{of} {}
    std::optional<T> came;
    runtime::Signal over;
  };
  auto* shop = processes_.at(to).shop.get();
  if (!shop || dead_.contains(to)) throw chassis::Unavailable{to + " is away"};
  const auto way = std::make_shared<Way>(simulator.process(from));
  simulator.process(to).spawn("for " + from, [way, shop, there = std::move(there)] {
    try {
      way->came = there(*shop);
    } catch (const std::exception&) {
      // Whoever asked is told that nothing came.
    }
    way->over.raise();
  });
  way->over.wait_beyond(0, deadline);
  if (!way->came) throw chassis::Unavailable{"nothing came from " + to};
  return *std::move(way->came);
}

http::Response SpreadShop::carry(const std::string& from, const std::string& to,
                                 const http::Request& request,
                                 http::Later<http::Response> (Shop::*door)(const http::Request&)) {
  return cross<http::Response>(from, to, request.deadline, [this, to, request, door](Shop& shop) {
    auto response = http::wait_for_answer(
        simulator.process(to), [&](const http::Request& it) { return (shop.*door)(it); }, request);
    if (const auto* slice = std::get_if<http::FileSlice>(&response.body))
      response.body = bytes_of(storage.files(), *slice);
    return response;
  });
}

Told SpreadShop::ask(http::Method method, const std::string& target, const Asking& it) {
  http::Headers headers;
  if (!it.body.empty()) headers.set("Content-Type", it.content_type);
  if (!it.token.empty()) headers.set("Authorization", "Bearer " + it.token);
  if (method != http::Method::get)
    headers.set("Idempotency-Key", it.key.empty() ? fmt::format("key-{}", ++keys_) : it.key);
  if (!it.if_match.empty()) headers.set("If-Match", it.if_match);
  auto request = http::request_of(method, target, std::move(headers), it.body);
  request.client_address = "192.0.2.1";
  request.deadline = people.now() + request_lasts;
  if (it.streams) request.stream = std::make_shared<Bytes>(std::exchange(request.body, {}));
  const auto response = carry("people", "gateway", request, &Shop::handle);
  return {response.status, response.text(), std::string{response.headers.get("ETag").value_or("")}};
}

Told SpreadShop::post(const std::string& target, const std::string& body,
                      const std::string& token) {
  return ask(http::Method::post, target, {.body = body, .token = token});
}

Told SpreadShop::ask_until(const std::string& target, const std::string& token,
                           const std::function<bool(const Told&)>& is_so) {
  Told told;
  for (int n = 0; n < 600; ++n, people.sleep(1s)) {
    told = ask(http::Method::get, target, {.token = token});
    if (is_so(told)) return told;
  }
  ADD_FAILURE() << "at last " << target << " said " << told.status << ' ' << told.text;
  return told;
}

std::string SpreadShop::register_and_sign_in(const std::string& name) {
  const auto email = name + "@example.com", password = "a password of " + name;
  EXPECT_EQ(post("/v1/people", fmt::format(R"({{"email":"{}","password":"{}","name":"{}"}})", email,
                                           password, name))
                .status,
            202);
  return sign_in(email, password);
}

std::string SpreadShop::sign_in(const std::string& email, const std::string& password) {
  const auto told =
      post("/v1/sessions", fmt::format(R"({{"email":"{}","password":"{}"}})", email, password));
  EXPECT_EQ(told.status, 201) << told.text;
  return told.at("access_token");
}

std::string SpreadShop::edition_to_lend() {
  const auto token = sign_in(operators_address, operators_password);
  register_and_sign_in("manager");
  const auto manager =
      post("/v1/sessions", R"({"email":"manager@example.com","password":"a password of manager"})")
          .at("person_id");
  EXPECT_LT(
      ask(http::Method::put, "/v1/people/" + manager + "/roles/book_manager", {.token = token})
          .status,
      300);
  const auto managers = sign_in("manager@example.com", "a password of manager");
  const auto edition =
      post(
          "/v1/editions",
          R"({"title":"The only one","contributors":["Somebody"],"language":"en","format":"ebook",)"
          R"("identifier":{"scheme":"publisher","value":"maru:1"}})",
          managers)
          .at("edition_id");
  const auto at = "/v1/editions/" + edition;
  EXPECT_LT(ask(http::Method::put, at + "/file",
                {.body = catalog::make_epub(edition, "The only one", "en", {{"One", "Once."}}),
                 .token = managers,
                 .content_type = "application/epub+zip",
                 .streams = true})
                .status,
            300);
  const auto shown =
      ask_until(at, {}, [](const Told& it) { return it.text.contains(R"("file":)"); });
  EXPECT_LT(ask(http::Method::put, at + "/rental-terms",
                {.body = R"({"price":{"amount":1500,"currency":"KRW"},"days":3,"licences":2,)"
                         R"("extensions":0,"extension_price":{"amount":1500,"currency":"KRW"}})",
                 .token = managers,
                 .if_match = shown.etag})
                .status,
            300);
  ask_until(at, {}, [](const Told& it) { return it.text.contains(R"("free":2)"); });
  return edition;
}

Told SpreadShop::rent(const std::string& edition, const std::string& token,
                      const std::string& key) {
  return ask(
      http::Method::post, "/v1/rentals",
      {.body = fmt::format(R"({{"edition_id":"{}","price":{{"amount":1500,"currency":"KRW"}},)"
                           R"("card_token":"tok_accepted"}})",
                           edition),
       .token = token,
       .key = key});
}

}  // namespace madang::app
