#pragma once
// A refusal of the code as the problem that a client is told: its slug is the name of its type, its
// members are its fields, as HTTP writes them; status and words come from contracts/http/problems.yaml.
//
//   return answered(rent_book(...), [](const RentBook::Rented& it) { return RentBookResponse{...}; });
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "chassis/forms/form.hpp"
#include "contracts/support/operation.hpp"
#include "contracts/support/rules.hpp"
#include "kernel/decision.hpp"

namespace madang::contracts {

// "3,000 KRW", "12.50 EUR": for a sentence.
std::string shown(kernel::Money);
std::string json_of(kernel::Money);

template <class Field>
void add_member(http::Problem& problem, std::string_view name, const Field& field) {
  const auto add = [&](std::string json, std::string text) {
    problem.members.push_back({std::string{name}, std::move(json), std::move(text)});
  };
  const auto add_text = [&](const std::string& text) { add(http::json_quoted(text), text); };
  if constexpr (std::same_as<Field, kernel::Money>) add(json_of(field), shown(field));
  else if constexpr (std::same_as<Field, kernel::Instant>) add_text(text_of(field));
  else if constexpr (std::same_as<Field, bool>)
    add(field ? "true" : "false", field ? "true" : "false");
  else if constexpr (std::integral<Field>) add(std::to_string(field), std::to_string(field));
  else if constexpr (std::is_enum_v<Field>)
    add_text(std::string{chassis::Form<Field>::names.at(static_cast<std::size_t>(field))});
  else if constexpr (std::convertible_to<Field, std::string>) add_text(field);
  else if constexpr (requires {
                       { field.text() } -> std::convertible_to<std::string>;
                     })
    add_text(field.text());
  else if constexpr (requires {
                       { field.text } -> std::convertible_to<std::string>;
                     })
    add_text(field.text);
  else if constexpr (requires { field.has_value(); }) {
    if (field) add_member(problem, name, *field);
  } else {
    static_assert(std::same_as<Field, void>, "a refusal's data are values: give this one a text()");
  }
}

template <class Why>
http::Problem problem_of(const Why& refusal) {
  http::Problem problem{chassis::slug_of<Why>()};
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    [[maybe_unused]] const auto fields = chassis::fields_of(refusal);
    (add_member(problem, chassis::field_name<Why, i>(), *std::get<i>(fields)), ...);
  }(chassis::FieldIndices<Why>{});
  return problem;
}

// The end of a use case: `accepted` makes the success of its value.
template <class Value, class... Why, class Accepted>
auto answered(const kernel::Answer<Value, kernel::OneOf<Why...>>& answer, Accepted&& accepted)
    -> Result<std::invoke_result_t<Accepted, const Value&>> {
  return answer.visit(
      [&]<class Is>(const Is& is) -> Result<std::invoke_result_t<Accepted, const Value&>> {
        if constexpr (std::same_as<Is, Value>) return accepted(is);
        else return std::unexpected{problem_of(is)};
      });
}

// The end of a single command: `accepted` makes the success of its events.
template <class Events, class Refusals, class Accepted>
auto answered(const kernel::Decision<Events, Refusals>& decision, Accepted&& accepted)
    -> Result<std::invoke_result_t<Accepted, const kernel::Decision<Events, Refusals>&>> {
  if (!decision.refused()) return accepted(decision);
  return std::visit(
      []<class Why>(const Why& why)
          -> Result<std::invoke_result_t<Accepted, const kernel::Decision<Events, Refusals>&>> {
        if constexpr (std::same_as<Why, std::monostate>) throw std::bad_variant_access{};
        else return std::unexpected{problem_of(why)};
      },
      decision.refusal());
}

// The same of an answer that comes later: `accepted` is called then, so it captures by value.
template <class Answer, class Accepted>
auto answered(chassis::Later<Answer> answer, Accepted accepted) {
  return std::move(answer).then([accepted = std::move(accepted)](const Answer& come) mutable {
    return answered(come, accepted);
  });
}

}  // namespace madang::contracts
