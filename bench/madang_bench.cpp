// What bench/bench.py measures from inside: each run prints one line of JSON.
//
//   madang_bench submit FOLDER CALLERS BATCH_MAX MILLISECONDS [COMMANDS]
//                                               rental commands on an engine of its own; what one costs grows
//                                               with the log, so compare CPU times for as many COMMANDS
//   madang_bench sync FOLDER                                    a write of 4 KiB and its fdatasync
//   madang_bench commit FOLDER                                  bare commits of a row as long as an event
//   madang_bench history FOLDER EDITIONS EVENTS                 a log of so many events, by rental commands
//   madang_bench grown FOLDER EDITIONS CALLERS COMMANDS         what a command costs on the log in FOLDER
//   madang_bench upserts FOLDER PROJECTION                      bare upserts of what a rebuild of it writes
//   madang_bench insert CSV DATABASE ROWS_AT_ONCE               bare inserts of the rows of a list of titles
//   madang_bench lend DATA COUNT                                rentals with their customers' tokens, for a shop
#include <fcntl.h>
#include <unistd.h>

#include "bench/counted.hpp"
#include "bench/history.hpp"
#include "bench/lending.hpp"
#include "catalog/application/csv.hpp"
#include "chassis/security/secrets.hpp"
#include "chassis/security/signing_keys.hpp"
#include "chassis/storage/files.hpp"
#include "chassis/storage/sqlite.hpp"
#include "identity/adapters/outbound/signed_tokens.hpp"
#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace madang::bench {
namespace {

using namespace std::chrono_literals;

void submit(const std::string& folder, std::size_t callers, std::size_t batch_max, int millis,
            std::uint64_t commands_max) {
  Lending lending{folder, batch_max};
  const auto cpu_before = cpu_seconds();
  const auto done = lending.rent_and_return(
      callers, {.time = std::chrono::milliseconds{millis}, .commands = commands_max});
  std::printf(
      R"({"commands":%llu,"seconds":%.3f,"rate":%.0f,"batch":%.1f,"syncs":%.0f,"cpu_micros":%.1f})"
      "\n",
      static_cast<unsigned long long>(done.commands), done.seconds,
      static_cast<double>(done.commands) / done.seconds, done.batch, done.syncs,
      (cpu_seconds() - cpu_before) * 1e6 / static_cast<double>(done.commands));
}

void sync(const std::string& folder) {
  constexpr int times = 300;
  runtime::Threads clock;
  const std::string path = folder + "/sync";
  const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) throw std::runtime_error{"cannot write " + path};
  const std::array<char, 4096> page{};
  std::vector<double> took;
  for (int i = 0; i < times; ++i) {
    const auto begin = clock.now();
    if (::pwrite(file, page.data(), page.size(), 0) < 0 || ::fdatasync(file) != 0)
      throw std::runtime_error{"cannot sync " + path};
    took.push_back(seconds_since(clock, begin));
  }
  ::close(file);
  ::unlink(path.c_str());
  std::ranges::sort(took);
  std::printf(R"({"micros":%.0f})"
              "\n",
              took[took.size() / 2] * 1e6);
}

void insert(const std::string& list, const std::string& database, std::size_t rows_at_once) {
  runtime::Threads clock;
  std::ifstream file{list};
  const auto begin = clock.now();
  storage::Database db{database, storage::Synchronous::full};
  db.script(
      "CREATE TABLE titles(id TEXT PRIMARY KEY, title TEXT, authors TEXT, language TEXT) WITHOUT ROWID");
  catalog::CsvReader reader{file};
  std::vector<std::vector<std::string>> waiting;
  std::size_t rows = 0;
  const auto write = [&] {
    db.transaction([&] {
      for (const auto& row : waiting)
        db.prepare("INSERT INTO titles VALUES(?, ?, ?, ?)").run(row[0], row[1], row[2], row[3]);
    });
    rows += waiting.size();
    waiting.clear();
  };
  static_cast<void>(reader.next());  // the names of the columns: id, title, authors, language
  while (const auto next = reader.next()) {
    waiting.push_back(std::get<catalog::CsvRow>(*next).fields);
    if (waiting.size() == rows_at_once) write();
  }
  write();
  std::printf(R"({"rows":%zu,"seconds":%.3f})"
              "\n",
              rows, seconds_since(clock, begin));
}

void lend(const std::string& data, std::size_t count) {
  storage::RealFileSystem files;
  runtime::Threads runtime;
  files.create_folder(data);
  std::vector<Lent> lent;
  {
    Lending lending{data + "/rental"};
    lent = lending.lend(count);
  }
  security::SecretFolder secrets{files, data + "/secrets"};
  const security::SigningKeys signing{secrets, runtime};
  identity::SignedTokens tokens{
      runtime, signing, "", {.issuer = "madang", .audience = "madang", .lasts = 2h}};
  std::map<kernel::PersonId, std::string> token_of;
  for (const auto& it : lent) {
    auto& token = token_of[it.customer];
    if (token.empty())
      token = tokens
                  .access_token(it.customer, identity::SessionId{it.customer.bytes()},
                                identity::ClientName{"bench"}, {identity::Role::customer}, 0)
                  .text;
    std::printf("%s %s\n", it.rental.text().c_str(), token.c_str());
  }
}

int run(const std::vector<std::string>& words) {
  const auto is = [&](std::string_view name, std::size_t count) {
    return words.size() == count + 1 && words[0] == name;
  };
  if (is("submit", 4) || is("submit", 5))
    submit(words[1], std::stoul(words[2]), std::stoul(words[3]), std::stoi(words[4]),
           words.size() > 5 ? std::stoull(words[5]) : UINT64_MAX);
  else if (is("sync", 1)) sync(words[1]);
  else if (is("insert", 3)) insert(words[1], words[2], std::stoul(words[3]));
  else if (is("commit", 1)) commit(words[1]);
  else if (is("history", 3)) make_history(words[1], std::stoul(words[2]), std::stol(words[3]));
  else if (is("grown", 4))
    rent_on(words[1], std::stoul(words[2]), std::stoul(words[3]), std::stoull(words[4]));
  else if (is("upserts", 2)) upserts(words[1], words[2]);
  else if (is("lend", 2)) lend(words[1], std::stoul(words[2]));
  else {
    std::fputs("madang_bench: ./dev bench runs it; what it takes stands at the top of its source\n",
               stderr);
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace madang::bench

int main(int argc, char** argv) {
  try {
    return madang::bench::run({argv + 1, argv + argc});
  } catch (const std::exception& failed) {
    std::fprintf(stderr, "madang_bench: %s\n", failed.what());
    return 1;
  }
}
