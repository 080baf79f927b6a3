#include "apps/madang/personal_archive.hpp"

#include "apps/madang/personal_page.hpp"
#include "chassis/json/json.hpp"
#include "chassis/storage/zip.hpp"

namespace madang::app {
namespace {

namespace api = identity::api_v1;
using chassis::JsonDocument;

constexpr auto answer_within = std::chrono::seconds{10};

// Of a context that seals nothing: its rows name people by their ids alone.
class NothingSealed final : public chassis::Vault {
  std::string seal_bytes(const kernel::PersonId&, std::string_view, std::string_view) override {
    throw std::logic_error{"this context has no vault"};
  }
  std::optional<std::string> open_bytes(const kernel::PersonId&, std::string_view field,
                                        std::string_view) override {
    throw std::logic_error{"this context has no vault to open " + std::string{field}};
  }
};

struct Held {
  std::string context, json;
  JsonDocument document;
};

// As their profile says, else as they registered; who is unknown reads English.
PageLanguage language_of(const std::vector<Held>& all) {
  std::optional<std::string> found;
  for (const auto& held : all)
    for (const auto* part : {"account", "profile"}) {
      const auto about = held.document.root().find(part);
      if (about && about->is_object() && (held.context == "customer" || !found))
        if (const auto language = about->find("language")) found = language->text();
    }
  return found == "ko" ? PageLanguage::ko : PageLanguage::en;
}

}  // namespace

void PersonalDataHere::add(chassis::Engine& engine, chassis::Vault* vault) {
  static NothingSealed nothing_sealed;
  contexts_.emplace(engine.context().name(), Held{engine, vault ? *vault : nothing_sealed});
}

api::TellPersonalDataResponse PersonalDataHere::tell_personal_data(
    const api::TellPersonalDataRequest& asked, const chassis::Call&) {
  const auto found = contexts_.find(asked.context);
  if (found == contexts_.end()) throw chassis::Corrupt{asked.context + " is not here"};
  auto& [engine, vault] = found->second;
  const auto& tell = engine.context().personal_data;
  if (!tell) return {api::NothingPersonal{}};
  return {api::PersonalData{tell(engine, asked.person, engine.head(), vault)}};
}

std::string PersonalArchive::of(const kernel::PersonId& person) {
  const auto until = std::chrono::floor<std::chrono::milliseconds>(runtime_.now() + answer_within);
  std::vector<Held> all;
  for (const auto& [context, desk] : desks_) {
    auto told = desk->tell_personal_data({context, person}, until);
    auto* data = std::get_if<api::PersonalData>(&told.result);
    if (!data) continue;
    auto document = JsonDocument::stored(data->json);
    all.push_back({context, std::move(data->json), std::move(document)});
  }
  PersonalPage page{language_of(all)};
  for (const auto& held : all) page.add(held.context, held.document.root());
  std::vector<std::pair<std::string, std::string>> entries{{"index.html", std::move(page).html()}};
  for (auto& held : all) entries.emplace_back(held.context + ".json", std::move(held.json) + "\n");
  return storage::zip_of(entries);
}

}  // namespace madang::app
