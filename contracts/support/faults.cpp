#include "contracts/support/faults.hpp"

#include <algorithm>

#include "chassis/json/json.hpp"
#include "contracts/generated/problems.hpp"
#include "kernel/check.hpp"

namespace madang::contracts {
namespace {

constexpr std::size_t faults_max = 32;

std::string sentence(const Fault& fault, http::Language language) {
  const auto texts = fault_texts();
  const auto found = std::ranges::find(texts, fault.rule, &FaultText::rule);
  CHECK(found != texts.end(), "every rule has its sentence in problems.yaml");
  std::string text{language == http::Language::ko ? found->ko : found->en};
  if (const auto at = text.find("{limit}"); at != std::string::npos)
    text.replace(at, 7, fault.limit);
  return text;
}

}  // namespace

std::string_view text_of(In in) {
  switch (in) {
    case In::body: return "body";
    case In::path: return "path";
    case In::query: return "query";
    case In::header: return "header";
  }
  return "";
}

std::string Place::text() const {
  if (in_ != In::body) return std::string{name_};
  if (above_ == nullptr) return "";
  std::string pointer = above_->text() + '/';
  if (name_.data() == nullptr) return pointer + std::to_string(index_);
  for (const char c : name_) {
    if (c == '~') pointer += "~0";
    else if (c == '/') pointer += "~1";
    else pointer += c;
  }
  return pointer;
}

void Faults::add(const Place& place, std::string_view rule, std::string limit) {
  ++count_;
  if (kept_.size() < faults_max)
    kept_.push_back({place.in(), place.text(), std::string{rule}, std::move(limit)});
}

void Faults::add(const Place& place, std::string_view rule, std::int64_t limit) {
  add(place, rule, std::to_string(limit));
}

http::Problem Faults::as_problem(http::Language language) const {
  std::string json;
  chassis::JsonWriter to{json};
  to.begin_array();
  for (const auto& fault : kept_) {
    to.begin_object();
    to.text("in", text_of(fault.in));
    to.text("at", fault.at);
    to.text("rule", fault.rule);
    to.text("detail", sentence(fault, language));
    to.end_object();
  }
  to.end_array();
  return http::Problem{"malformed-request"}.with_json("faults", std::move(json));
}

}  // namespace madang::contracts
