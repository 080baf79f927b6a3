#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "apps/madang/commands/check.hpp"
#include "apps/madang/commands/commands.hpp"
#include "chassis/security/person_keys.hpp"
#include "chassis/storage/sqlite.hpp"
#include "kernel/ids.hpp"

namespace madang::app {
namespace {

constexpr std::size_t chunk_size = std::size_t{1} << 20;

std::vector<std::string> streams_with(const Place& place, const std::string& type) {
  storage::Database db{place.journal_path(), storage::Synchronous::normal,
                       storage::Open::read_only};
  auto rows = db.prepare_once(
      "SELECT DISTINCT s.name FROM events e JOIN streams s ON s.id = e.stream WHERE e.type = ?");
  std::vector<std::string> streams;
  for (rows.bind(type); rows.step();) streams.emplace_back(rows.text(0));
  return streams;
}

bool owns_a_claim(const Place& place, const std::string& stream) {
  storage::Database db{place.journal_path(), storage::Synchronous::normal,
                       storage::Open::read_only};
  return db
      .prepare_once("SELECT 1 FROM claims WHERE owner = (SELECT id FROM streams WHERE name = ?)")
      .bind(stream)
      .step();
}

// "hex:00ff" stands for its bytes, anything else for itself.
std::string bytes_of(const std::string& line) {
  constexpr std::string_view mark = "hex:";
  if (!line.starts_with(mark)) return line;
  const auto digits = line.substr(mark.size());
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  return bytes;
}

struct Value {
  std::int64_t line;
  std::string bytes;
};

std::vector<Value> values_in(const std::string& path) {
  std::ifstream lines{path};
  if (!lines) throw Cannot{"cannot read " + path};
  std::vector<Value> values;
  std::int64_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (auto bytes = bytes_of(line); !bytes.empty()) values.push_back({number, std::move(bytes)});
  }
  return values;
}

// Lines of the values that stand in this file. It is read once, a chunk at a time, each with the end of the one
// before it, so that nothing hides between two.
std::set<std::int64_t> lines_held(const std::filesystem::path& path,
                                  const std::vector<Value>& values) {
  std::size_t longest = 0;
  for (const auto& value : values) longest = std::max(longest, value.bytes.size());
  std::set<std::int64_t> held;
  std::ifstream file{path, std::ios::binary};
  std::string seen, chunk(chunk_size, '\0');
  while (file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || file.gcount() > 0) {
    seen.append(chunk, 0, static_cast<std::size_t>(file.gcount()));
    for (const auto& value : values)
      if (seen.contains(value.bytes)) held.insert(value.line);
    seen.erase(0, seen.size() - std::min(seen.size(), longest));
  }
  return held;
}

}  // namespace

void check_erased(const Place& identity, const std::vector<Place>& all, Findings& findings) {
  const auto forgotten = streams_with(identity, "PersonForgotten");
  findings.count("people forgotten", static_cast<std::int64_t>(forgotten.size()));
  std::map<kernel::PersonId, std::string> people;
  for (const auto& stream : forgotten)  // one that names nobody check_journal has found
    if (const auto person = kernel::PersonId::parse(stream.substr(stream.find('/') + 1)))
      people.emplace(*person, stream);
  for (const auto& place : all) {
    const auto keys = place.folder + "/keys.db";
    if (!std::filesystem::exists(keys)) continue;
    for (const auto& key : security::keys_in(keys))
      if (const auto who = people.find(key.person); who != people.end() && !key.erased)
        findings.problem(place.name() + " still has the key of " + who->second +
                         ", who was forgotten");
  }
  for (const auto& stream : streams_with(identity, "PersonErased"))
    if (owns_a_claim(identity, stream))
      findings.problem(stream + " was erased and still owns an address");
}

void check_absent(const std::string& folder, const std::string& values_file, Findings& findings) {
  const auto values = values_in(values_file);
  std::int64_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
    if (!entry.is_regular_file()) continue;
    ++files;
    for (const auto line : lines_held(entry.path(), values))  // not which value: it is a person's
      findings.problem("line " + std::to_string(line) + " of " + values_file + " stands in " +
                       entry.path().string());
  }
  findings.count("values searched", static_cast<std::int64_t>(values.size()));
  findings.count("files", files);
}

}  // namespace madang::app
