#pragma once
// The contexts that this process holds, each joined to the others: directly to one that is beside it, by calls to one
// that is elsewhere.
#include "apps/madang/contexts_at_work.hpp"
#include "chassis/bus/broker_outlet.hpp"
#include "contracts/grpc/catalog_api_v1_calls.hpp"
#include "contracts/grpc/identity_api_v1_calls.hpp"
#include "contracts/grpc/payment_api_v1_calls.hpp"
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace madang::app {

// A context of the shop, wherever it is.
struct KnownContext {
  std::string name;
  // What people may ask it where it is in another process.
  std::vector<contracts::Route> (*asked)(const http::Handler& elsewhere) = nullptr;
  ContextAtWork* here = nullptr;  // none: it is elsewhere
};

class ContextsHere {
 public:
  // What only some of them need.
  struct Means {
    const security::SigningKeys& signing;
    const security::RotatingKey& link_key;
    http::Calls provider;                      // of payments
    std::function<std::string()> webhook_key;  // signs what it tells by itself
  };
  // What is given must outlive it, and the bus be empty.
  ContextsHere(const Ground&, const Means&);

  void start();
  // In the order in which they start.
  [[nodiscard]] const std::vector<ContextAtWork*>& all() const { return all_; }
  [[nodiscard]] std::vector<chassis::Engine*> engines() const;
  // Those elsewhere too, in that order.
  [[nodiscard]] std::vector<KnownContext> all_of_the_shop() const;
  // Where this context is heard: its own log, or its topic where it is elsewhere. Before start().
  [[nodiscard]] chassis::Outlet& outlet(const std::string& context);
  // A call from another process. Throws Corrupt for a method that nobody here knows.
  [[nodiscard]] std::string answer(std::string_view method, std::string_view message,
                                   const chassis::Call&);

 private:
  const Ground& ground_;
  // Desks of contexts in other processes.
  payment::api_v1::PaymentDeskElsewhere payments_elsewhere_;
  catalog::api_v1::FileDeskElsewhere files_elsewhere_;
  identity::api_v1::KeyDeskElsewhere keys_elsewhere_;

 public:
  // None: it is elsewhere.
  const std::unique_ptr<IdentityAtWork> identity;
  const std::unique_ptr<CatalogAtWork> catalog;
  const std::unique_ptr<PaymentAtWork> payment;
  const std::unique_ptr<RentalAtWork> rental;
  const std::unique_ptr<CustomerAtWork> customer;

 private:
  [[nodiscard]] chassis::Calls calls_to(const std::string& context) const;
  [[nodiscard]] payment::api_v1::PaymentDesk& payment_desk();
  [[nodiscard]] rental::CopiedFiles::OpenAtCatalog open_at_catalog();
  [[nodiscard]] std::unique_ptr<security::KeyDesk> keys_of_identity();
  [[nodiscard]] std::vector<std::unique_ptr<Neighbour>> let_in() const;
  [[nodiscard]] std::vector<ContextAtWork*> those_here() const;
  void hear_those_elsewhere();
  void tell_of_people();

  const std::vector<std::unique_ptr<Neighbour>> neighbours_;
  const std::vector<ContextAtWork*> all_;
  PersonalDataHere personal_data_;
  std::vector<std::unique_ptr<identity::api_v1::PersonalDataDesk>> personal_data_elsewhere_;
  std::vector<std::unique_ptr<chassis::BrokerOutlet>> heard_elsewhere_;
};

}  // namespace madang::app
