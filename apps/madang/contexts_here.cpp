#include "apps/madang/contexts_here.hpp"

#include "customer/adapters/outbound/keys_at_identity.hpp"
#include "rental/adapters/outbound/files_at_catalog.hpp"
#include <algorithm>

namespace madang::app {
namespace {

// What `make` gives, where this process holds the context.
auto if_here(const Ground& ground, const char* context, auto make) {
  return ground.around.hold(context) ? make() : nullptr;
}

}  // namespace

ContextsHere::ContextsHere(const Ground& ground, const Means& means)
    : ground_{ground},
      payments_elsewhere_{calls_to("payment")},
      files_elsewhere_{calls_to("catalog")},
      keys_elsewhere_{calls_to("identity")},
      identity{if_here(
          ground, "identity",
          [&] { return std::make_unique<IdentityAtWork>(ground, means.signing, means.link_key); })},
      catalog{if_here(ground, "catalog", [&] { return std::make_unique<CatalogAtWork>(ground); })},
      payment{if_here(ground, "payment",
                      [&] {
                        return std::make_unique<PaymentAtWork>(ground, means.provider,
                                                               means.webhook_key());
                      })},
      rental{if_here(ground, "rental",
                     [&] {
                       return std::make_unique<RentalAtWork>(ground, payment_desk(),
                                                             open_at_catalog(), means.link_key);
                     })},
      customer{
          if_here(ground, "customer",
                  [&] { return std::make_unique<CustomerAtWork>(ground, keys_of_identity()); })},
      neighbours_{let_in()},
      all_{those_here()} {
  hear_those_elsewhere();
  tell_of_people();
}

chassis::Calls ContextsHere::calls_to(const std::string& context) const {
  return [this, context](std::string_view method, const std::string& message,
                         const chassis::Call& call) {
    return ground_.around.elsewhere.call(context, method, message, call);
  };
}

payment::api_v1::PaymentDesk& ContextsHere::payment_desk() {
  if (payment) return payment->desk;
  return payments_elsewhere_;
}

rental::CopiedFiles::OpenAtCatalog ContextsHere::open_at_catalog() {
  if (catalog)
    return [this](const security::Digest256& digest) { return catalog->blobs.open(digest); };
  return [files = rental::FilesAtCatalog{files_elsewhere_, ground_.runtime}](
             const security::Digest256& digest) { return files.open(digest); };
}

std::unique_ptr<security::KeyDesk> ContextsHere::keys_of_identity() {
  if (identity) return std::make_unique<KeysBeside>(identity->keys);
  return std::make_unique<customer::KeysAtIdentity>(keys_elsewhere_, ground_.runtime);
}

std::vector<std::unique_ptr<Neighbour>> ContextsHere::let_in() const {
  std::vector<std::unique_ptr<Neighbour>> all;
  for (const auto& it : all_neighbours())
    if (ground_.around.hold(it.name)) all.push_back(it.joins(ground_));
  for (const auto& joins : ground_.around.more) all.push_back(joins(ground_));
  return all;
}

std::vector<ContextAtWork*> ContextsHere::those_here() const {
  std::vector<ContextAtWork*> all{identity.get(), catalog.get(), payment.get(), rental.get(),
                                  customer.get()};
  std::erase(all, nullptr);
  for (const auto& it : neighbours_) all.push_back(it.get());
  return all;
}

std::vector<chassis::Engine*> ContextsHere::engines() const {
  std::vector<chassis::Engine*> engines;
  engines.reserve(all_.size());
  for (auto* it : all_) engines.push_back(&it->engine());
  return engines;
}

std::vector<KnownContext> ContextsHere::all_of_the_shop() const {
  std::vector<KnownContext> all{{"identity", identity::http_v1::routes},
                                {"catalog", catalog::http_v1::routes},
                                {"payment", payment::http_v1::routes},
                                {"rental", rental::http_v1::routes},
                                {"customer", customer::http_v1::routes}};
  for (const auto& it : all_neighbours()) all.push_back({it.name, it.asked});
  for (auto* it : all_) {
    const auto& name = it->engine().context().name();
    const auto known = std::ranges::find(all, name, &KnownContext::name);
    if (known != all.end()) known->here = it;
    else all.push_back({.name = name, .here = it});
  }
  return all;
}

void ContextsHere::hear_those_elsewhere() {
  for (auto* it : all_)
    for (const auto& source : it->engine().context().sources())
      if (!ground_.around.hold(source)) static_cast<void>(outlet(source));
}

chassis::Outlet& ContextsHere::outlet(const std::string& context) {
  for (auto* it : all_)
    if (it->engine().context().name() == context) return it->engine();
  if (auto* known = ground_.bus.find(context)) return *known;
  auto& heard = heard_elsewhere_.emplace_back(
      std::make_unique<chassis::BrokerOutlet>(ground_.runtime, *ground_.around.broker, context));
  ground_.bus.add(context, *heard);
  return *heard;
}

// Identity opens with its own keys what is sealed beside it; elsewhere each context opens with those it has pulled.
void ContextsHere::tell_of_people() {
  for (auto* it : all_)
    personal_data_.add(it->engine(), identity ? identity->its_vault() : it->its_vault());
  if (!identity) return;
  for (const auto& it : all_of_the_shop()) {
    if (!it.here)
      personal_data_elsewhere_.push_back(
          std::make_unique<identity::api_v1::PersonalDataDeskElsewhere>(calls_to(it.name)));
    identity->archive.add(it.name, it.here ? personal_data_ : *personal_data_elsewhere_.back());
  }
}

void ContextsHere::start() {
  for (auto* it : all_) it->start();
  for (const auto& it : heard_elsewhere_) it->start();
}

std::string ContextsHere::answer(std::string_view method, std::string_view message,
                                 const chassis::Call& call) {
  for (auto* it : all_)
    if (auto answer = it->answer(method, message, call)) return *std::move(answer);
  if (auto answer = identity::api_v1::answer(personal_data_, method, message, call))
    return *std::move(answer);
  throw chassis::Corrupt{std::string{method} + ": nobody here answers this"};
}

}  // namespace madang::app
