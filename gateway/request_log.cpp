#include "gateway/request_log.hpp"

#include "chassis/json/json.hpp"
#include "contracts/support/rules.hpp"

namespace madang::gateway {
namespace {

class Line {
 public:
  Line() { json_.begin_object(); }
  void text(std::string_view name, std::string_view value) { json_.text(name, value); }
  void text_if_any(std::string_view name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  void number(std::string_view name, std::uint64_t value) {
    json_.integer(name, static_cast<std::int64_t>(value));
  }
  void list_if_any(std::string_view name, const std::vector<std::string>& values) {
    if (values.empty()) return;
    json_.member(name);
    json_.begin_array();
    for (const auto& value : values) json_.text(value);
    json_.end_array();
  }
  std::string finished() && {
    json_.end_object();
    return std::move(line_);
  }

 private:
  std::string line_;
  chassis::JsonWriter json_{line_};
};

}  // namespace

std::string json_line(const RequestRecord& record) {
  Line line;
  line.text("at", contracts::text_of(record.at));
  line.text("log", "request");
  line.text("method", http::text_of(record.method));
  line.text("path", record.path);
  line.list_if_any("parameters", record.parameters);
  line.text("route", record.route);
  line.number("status", static_cast<std::uint64_t>(record.status));
  line.number("in", record.bytes_in);
  line.number("out", record.bytes_out);
  line.number("micros", static_cast<std::uint64_t>(record.took.count()));
  if (record.person) line.text("person", record.person->text());
  line.text_if_any("client", record.client);
  line.text("address", record.address);
  line.text("trace", record.trace_id);
  line.text_if_any("problem", record.problem);
  line.text_if_any("fault", record.fault);
  return std::move(line).finished();
}

std::string_view problem_in(const http::Response& response) {
  constexpr std::string_view begins = R"({"type":"/problems/)";
  const auto* body = std::get_if<std::string>(&response.body);
  if (body == nullptr || response.headers.get("Content-Type") != http::problem_media_type)
    return {};
  std::string_view document{*body};
  if (!document.starts_with(begins)) return {};
  document.remove_prefix(begins.size());
  return document.substr(0, document.find('"'));
}

std::optional<telemetry::SecurityNote> security_note_of(const RequestRecord& record) {
  constexpr int forbidden = 403;
  if (record.fault.empty() && record.status != forbidden) return std::nullopt;
  const bool is_of_token = !record.fault.empty();
  return telemetry::SecurityNote{
      .at = record.at,
      .what = is_of_token ? "token refused" : "access refused",
      .person = record.person,
      .by = {},
      .whose = {},
      .about = is_of_token ? std::string{record.fault}
                           : std::string{http::text_of(record.method)} + ' ' + record.path,
      .address = record.address,
      .trace = record.trace_id};
}

}  // namespace madang::gateway
