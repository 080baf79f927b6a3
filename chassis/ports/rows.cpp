#include "chassis/ports/rows.hpp"

#include "chassis/security/base64url.hpp"

namespace madang::chassis {

// base64url of ["key", order]
std::string cursor_of(const RowFound& row) {
  std::string json;
  JsonWriter to{json};
  to.begin_array();
  to.text(row.key);
  if (const auto* text = std::get_if<std::string>(&row.order)) to.text(*text);
  else if (const auto* number = std::get_if<std::int64_t>(&row.order)) to.integer(*number);
  else to.null();
  to.end_array();
  return security::base64url(json);
}

std::pair<Scalar, std::string> read_cursor(const std::string& cursor) {
  const auto json = security::parse_base64url(cursor);
  const auto document = json ? JsonDocument::from_outside(*json) : std::nullopt;
  if (!document) throw CursorInvalid{"this is no cursor"};
  const auto root = document->root();
  if (!root.is_array() || root.size() != 2 || !root.at(0).is_text())
    throw CursorInvalid{"this is no cursor of ours"};
  const auto order = root.at(1);
  Scalar scalar;
  if (order.is_text()) scalar = std::string{order.text()};
  else if (order.is_integer()) scalar = order.integer();
  else if (!order.is_null()) throw CursorInvalid{"this is no cursor of ours"};
  return {std::move(scalar), std::string{root.at(0).text()}};
}

}  // namespace madang::chassis
