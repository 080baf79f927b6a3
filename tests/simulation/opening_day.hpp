#pragma once
// Makes the shop's first operator before the shop opens, as `madang operator add` does it.
#include "apps/madang/contexts_at_work.hpp"

namespace madang::simulation {

class OpeningDay {
 public:
  // In a task of the shop's machine, as is appoint(). It may go once that machine's tasks have ended.
  OpeningDay(runtime::Runtime&, storage::FileSystem&, const app::Settings&,
             const app::Surroundings&, chassis::Log&);

  // Throws what stands in the way.
  void appoint(const std::string& email, const std::string& password);
  // The key by which the provider signs what it tells.
  [[nodiscard]] std::string webhook_key();

 private:
  [[nodiscard]] chassis::RequestKey request(const std::string& name) const;

  runtime::Runtime& runtime_;
  const app::Settings& settings_;
  const app::Surroundings& around_;
  chassis::Bus bus_;
  security::SecretFolder folder_;
  security::Secrets& secrets_;
  security::SigningKeys signing_;
  security::RotatingKey position_key_, link_key_;
  contracts::Edge edge_;
  app::KeysCopier keys_copier_;
  app::Ground ground_;
  app::IdentityAtWork identity_;
};

}  // namespace madang::simulation
