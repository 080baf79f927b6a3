#pragma once
// What every context holds about one person, as one ZIP archive: a page to read, and a file of JSON per context. The
// same bytes as long as nothing changes. Any thread.
#include "chassis/ports/vault.hpp"
#include "chassis/subscriptions/engine.hpp"
#include "identity/application/ports/outbound/personal_archive.hpp"
#include <vector>

namespace madang::app {

class PersonalArchive final : public identity::PersonalArchive {
 public:
  // Before it is asked for anything.
  void open_with(chassis::Vault& vault) { vault_ = &vault; }
  void add(chassis::Engine& engine) { engines_.push_back(&engine); }

  [[nodiscard]] std::string of(const kernel::PersonId&) override;

 private:
  chassis::Vault* vault_ = nullptr;
  std::vector<chassis::Engine*> engines_;
};

}  // namespace madang::app
