#include "apps/madang/personal_page.hpp"

#include <algorithm>
#include <array>

namespace madang::app {
namespace {

using chassis::JsonView;

// Their values are nobody's words but those of whoever wrote them.
constexpr std::array<std::string_view, 5> own_words{"name", "email", "title", "contributors",
                                                    "client"};

struct Said {
  std::string_view code, title, introduction, left_out, none;
};
constexpr Said in_english{
    "en", "What the shop holds about you",
    "Of each part of the shop, what it has. The files beside this page say the same to programs. "
    "Moments are in UTC; amounts in whole minor units of their currency (won, cents).",
    "Not here, because the shop does not have it: your password and the tokens of your sign-ins, "
    "of which it keeps hashes alone, and the number of your card. Of holds and of places in line only those that "
    "stand are listed; rentals and payments are, also when they are over.",
    "nothing"};
constexpr Said in_korean{
    "ko", "가게가 가지고 있는 나의 정보",
    "가게의 각 부분이 가지고 있는 정보입니다. 함께 있는 파일에는 같은 내용이 프로그램이 읽을 수 "
    "있는 "
    "형식으로 들어 있습니다. 시각은 협정 세계시(UTC), 금액은 통화의 최소 단위(원, 센트)입니다.",
    "가게가 가지고 있지 않아 여기에 없는 것: 비밀번호와 로그인 토큰(해시만 보관합니다), 카드 번호. "
    "예약과 대기 순번은 지금 유효한 것만 있고, 대여와 결제는 끝난 것도 있습니다.",
    "없음"};

const Said& said_in(PageLanguage language) {
  return language == PageLanguage::ko ? in_korean : in_english;
}

constexpr std::string_view style =
    "body{font-family:sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;line-height:1.4}"
    "table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;"
    "padding:.15rem .6rem .15rem 0}th{font-weight:normal;color:#555}li{margin-bottom:.6rem}";

bool is_money(JsonView it) {
  return it.size() == 2 && it.name_at(0) == "amount" && it.name_at(1) == "currency";
}

}  // namespace

PersonalPage::PersonalPage(PageLanguage language) : language_{language} {
  const auto& said = said_in(language);
  html_ += "<!doctype html>\n<html lang=\"" + std::string{said.code} +
           "\"><head><meta charset=\"utf-8\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" "
           "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
           "<meta name=\"viewport\" content=\"width=device-width\"><title>";
  html_ += said.title;
  html_ += "</title>\n<style>";
  html_ += style;
  html_ += "</style></head>\n<body><main><h1>";
  html_ += said.title;
  html_ += "</h1>\n<p>";
  html_ += said.introduction;
  html_ += "</p>\n<p>";
  html_ += said.left_out;
  html_ += "</p>\n";
}

void PersonalPage::add(std::string_view context, JsonView held) {
  html_ += "<h2>";
  put_escaped(word_for(context));
  html_ += "</h2>\n";
  for (std::size_t i = 0; i < held.size(); ++i) {
    html_ += "<h3>";
    put_escaped(word_for(held.name_at(i)));
    html_ += "</h3>\n";
    say(held.name_at(i), held.at(i));
    html_ += '\n';
  }
}

std::string PersonalPage::html() && {
  html_ += "</main></body></html>\n";
  return std::move(html_);
}

void PersonalPage::say(std::string_view field, JsonView it) {
  if (it.is_null() || (it.is_array() && it.size() == 0)) {
    html_ += said_in(language_).none;
  } else if (it.is_array()) {
    html_ += "<ol>\n";
    for (std::size_t i = 0; i < it.size(); ++i) {
      html_ += "<li>";
      say(field, it.at(i));
      html_ += "</li>\n";
    }
    html_ += "</ol>";
  } else if (it.is_object() && is_money(it)) {
    put_escaped(it["amount"].json() + " " + std::string{it["currency"].text()});
  } else if (it.is_object()) {
    html_ += "<table>\n";
    for (std::size_t i = 0; i < it.size(); ++i) {
      html_ += "<tr><th scope=\"row\">";
      put_escaped(word_for(it.name_at(i)));
      html_ += "</th><td>";
      say(it.name_at(i), it.at(i));
      html_ += "</td></tr>\n";
    }
    html_ += "</table>";
  } else if (it.is_text()) {
    say_text(field, it.text());
  } else {
    say_text({}, it.json());  // a number, true or false
  }
}

void PersonalPage::say_text(std::string_view field, std::string_view text) {
  const bool is_own = std::ranges::find(own_words, field) != own_words.end();
  put_escaped(is_own ? text : word_for(text));
}

void PersonalPage::put_escaped(std::string_view text) {
  for (const char c : text) switch (c) {
      case '&': html_ += "&amp;"; break;
      case '<': html_ += "&lt;"; break;
      case '>': html_ += "&gt;"; break;
      case '"': html_ += "&quot;"; break;
      case '\'': html_ += "&#39;"; break;
      default: html_ += c;
    }
}

// The name itself, when the shop has no word for it: ids, moments, numbers.
std::string_view PersonalPage::word_for(std::string_view name) const {
  const auto words = personal_words();
  const auto found = std::ranges::lower_bound(words, name, {}, &Word::name);
  if (found == words.end() || found->name != name) return name;
  return language_ == PageLanguage::ko ? found->ko : found->en;
}

}  // namespace madang::app
