#include "apps/madang/personal_archive.hpp"

#include "apps/madang/personal_page.hpp"
#include "chassis/json/json.hpp"
#include "chassis/storage/zip.hpp"

namespace madang::app {
namespace {

using chassis::JsonDocument;

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

std::string PersonalArchive::of(const kernel::PersonId& person) {
  std::vector<Held> all;
  for (auto* engine : engines_) {
    const auto& context = engine->context();
    if (!context.personal_data) continue;
    auto json = context.personal_data(*engine, person, engine->head(), *vault_);
    auto document = JsonDocument::stored(json);
    all.push_back({context.name(), std::move(json), std::move(document)});
  }
  PersonalPage page{language_of(all)};
  for (const auto& held : all) page.add(held.context, held.document.root());
  std::vector<std::pair<std::string, std::string>> entries{{"index.html", std::move(page).html()}};
  for (auto& held : all) entries.emplace_back(held.context + ".json", std::move(held.json) + "\n");
  return storage::zip_of(entries);
}

}  // namespace madang::app
