#pragma once
// What every context holds about one person, as one ZIP archive: a page to read, and a file of JSON per context. The
// same bytes as long as nothing changes. Contexts in other processes are asked what they hold. Any thread.
#include "chassis/ports/vault.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/subscriptions/engine.hpp"
#include "contracts/grpc/identity_api_v1.hpp"
#include "identity/application/ports/outbound/personal_archive.hpp"
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace madang::app {

// What the contexts of this process hold.
class PersonalDataHere final : public identity::api_v1::PersonalDataDesk {
 public:
  // Before it is asked for anything. None: the context keeps nothing sealed.
  void add(chassis::Engine&, chassis::Vault*);
  // Throws Corrupt for a context that is not here, and what reading throws.
  identity::api_v1::TellPersonalDataResponse tell_personal_data(
      const identity::api_v1::TellPersonalDataRequest&, const chassis::Call&) override;

 private:
  struct Held {
    chassis::Engine& engine;
    chassis::Vault& vault;
  };
  std::map<std::string, Held> contexts_;
};

class PersonalArchive final : public identity::PersonalArchive {
 public:
  explicit PersonalArchive(runtime::Runtime& runtime) : runtime_{runtime} {}
  // Before it is asked for anything: the contexts in their order, each with who tells what it holds.
  void add(std::string context, identity::api_v1::PersonalDataDesk& desk) {
    desks_.emplace_back(std::move(context), &desk);
  }

  [[nodiscard]] std::string of(const kernel::PersonId&) override;

 private:
  runtime::Runtime& runtime_;
  std::vector<std::pair<std::string, identity::api_v1::PersonalDataDesk*>> desks_;
};

}  // namespace madang::app
