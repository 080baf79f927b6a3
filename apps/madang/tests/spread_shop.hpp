#pragma once
// The shop as seven processes on a simulator: the gateway and each context alone. A broker lies between them, and what
// one asks of another runs as a task of that one. Nothing gets lost on the way unless a process is away.
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <set>

#include "apps/madang/shop.hpp"
#include "chassis/bus/sim_broker.hpp"
#include "chassis/http/wait_for_answer.hpp"
#include "chassis/json/json.hpp"
#include "chassis/ports/failures.hpp"
#include "chassis/runtime/simulated_openssl.hpp"
#include "chassis/security/secrets.hpp"
#include "chassis/storage/sim_storage.hpp"

namespace madang::app {

using namespace std::chrono_literals;

// What somebody is told.
struct Told {
  int status = 0;
  std::string text, etag;
  [[nodiscard]] std::string at(std::string_view member) const {
    const auto document = chassis::JsonDocument::from_outside(text);
    if (!document || !document->root().is_object()) return {};
    const auto found = document->root().find(member);
    return !found ? "" : found->is_text() ? std::string{found->text()} : found->json();
  }
};

struct Asking {
  std::string body{}, token{}, key{}, if_match{}, content_type = "application/json";
  bool streams = false;
};

class Quiet final : public LogLines {
 public:
  std::vector<std::string> warnings;

 protected:
  void put(const std::string& line, Seen seen) override {
    if (seen == Seen::at_once) warnings.push_back(line);
  }
};

class SpreadShop : public ::testing::Test {
 protected:
  static inline const std::vector<std::string> parts{"gateway", "identity", "customer", "catalog",
                                                     "payment", "rental",   "insight"};
  SpreadShop();
  ~SpreadShop() override;

  // Runs what people do to its end; whoever dies meanwhile is started again.
  void people_do(std::function<void()>);
  // A person's request, in people_do. Throws Unavailable when no answer comes.
  Told ask(http::Method, const std::string& target, const Asking& = {});
  Told post(const std::string& target, const std::string& body, const std::string& token = {});
  // Asks again until it is so.
  Told ask_until(const std::string& target, const std::string& token,
                 const std::function<bool(const Told&)>& is_so);
  std::string register_and_sign_in(const std::string& name);  // their token
  std::string sign_in(const std::string& email, const std::string& password);
  // An edition that can be lent, and was read into every context that needs to know of it.
  std::string edition_to_lend();
  Told rent(const std::string& edition, const std::string& token, const std::string& key);
  Shop& shop(const std::string& part) { return *processes_.at(part).shop; }
  void kill(const std::string& part) { simulator.kill(part, "it is killed"); }
  void shut(const std::string& part);  // it does not come back before it is opened
  void open(const std::string& part);

  runtime::Simulator simulator{1};
  runtime::SimulatedOpenssl openssl{simulator};
  storage::SimStorage storage{simulator};
  chassis::SimBroker broker{simulator};
  runtime::Runtime& people = simulator.process("people");
  Settings settings;
  Quiet log;
  std::map<std::string, int> calls;  // by method

 private:
  struct Process {
    std::unique_ptr<telemetry::Registry> metrics;
    std::unique_ptr<Shop> shop;
  };
  void run(const std::string& part);
  void appoint_the_operator();
  Surroundings surroundings_of(const std::string& part);
  void bury_the_dead();
  template <class T>
  T cross(const std::string& from, const std::string& to, runtime::Time deadline,
          std::function<T(Shop&)> there);
  http::Response carry(const std::string& from, const std::string& to, const http::Request&,
                       http::Later<http::Response> (Shop::*door)(const http::Request&));

  std::unique_ptr<security::SecretFolder> secrets_;
  std::map<std::string, Process> processes_;
  std::set<std::string> dead_, shut_;
  int keys_ = 0;
};

}  // namespace madang::app
