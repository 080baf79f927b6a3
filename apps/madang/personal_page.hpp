#pragma once
// What the shop holds about a person as a page for them to read: in their language, whole in one file that asks no
// network for anything and runs no script. What people wrote themselves stands as they wrote it; all else is
// said in the shop's words, each of which is here.
#include <span>
#include <string>
#include <string_view>

#include "chassis/json/json.hpp"

namespace madang::app {

enum class PageLanguage { en, ko };

struct Word {
  std::string_view name, en, ko;  // name: of a field, a value or a context, as the JSON has it
};
std::span<const Word> personal_words();

class PersonalPage {
 public:
  explicit PersonalPage(PageLanguage);
  void add(std::string_view context, chassis::JsonView held);
  [[nodiscard]] std::string html() &&;

 private:
  void say(std::string_view field, chassis::JsonView);
  void say_text(std::string_view field, std::string_view);
  void put_escaped(std::string_view);
  [[nodiscard]] std::string_view word_for(std::string_view name) const;

  PageLanguage language_;
  std::string html_;
};

}  // namespace madang::app
