#include "apps/madang/log_lines.hpp"

#include "chassis/json/json.hpp"

#include <cstdio>

namespace madang::app {

void LogLines::warn(std::string_view what, std::initializer_list<Field> fields) {
  write("warn", what, fields);
}
void LogLines::tell(std::string_view what, std::initializer_list<Field> fields) {
  write("info", what, fields);
}

void LogLines::request(const gateway::RequestRecord& record) {
  put(gateway::json_line(record) + '\n', Seen::later);
  if (const auto note = gateway::security_note_of(record)) security(*note);
}

void LogLines::security(const telemetry::SecurityNote& note) {
  put(telemetry::json_line(note) + '\n', Seen::later);
}

void LogLines::flush() { std::fflush(stdout); }

void LogLines::write(std::string_view level, std::string_view what,
                     std::initializer_list<Field> fields) {
  std::string line;
  chassis::JsonWriter to{line};
  to.begin_object();
  to.text("log", level);
  to.text("what", what);
  for (const auto& [name, value] : fields) to.text(name, value);
  to.end_object();
  line += '\n';
  put(line, Seen::at_once);
}

void LogLines::put(const std::string& line, Seen seen) {
  std::fwrite(line.data(), 1, line.size(), stdout);  // stdio's own lock keeps lines whole
  if (seen == Seen::at_once) std::fflush(stdout);
}

}  // namespace madang::app
