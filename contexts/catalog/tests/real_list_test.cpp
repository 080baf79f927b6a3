// 78,766 real works, on real files: where the list is at hand.
#include "catalog/application/import_titles.hpp"
#include "catalog/catalog.hpp"
#include "chassis/assembly/context.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/storage/temporary_folder.hpp"
#include "chassis/subscriptions/engine.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <iostream>
#include <sstream>
#include <zlib.h>

namespace madang::catalog {
namespace {

std::filesystem::path list_path() {
  const char* given = std::getenv("MADANG_SHARED_DATA");
  return std::filesystem::path{given ? given : "../shared/data"} / "catalog/gutenberg_works.csv.gz";
}

std::string unpacked(const std::filesystem::path& path) {
  std::string text;
  auto* file = gzopen(path.c_str(), "rb");
  if (!file) return text;
  std::array<char, 1 << 16> piece{};
  for (int got = 0; (got = gzread(file, piece.data(), piece.size())) > 0;)
    text.append(piece.data(), static_cast<std::size_t>(got));
  gzclose(file);
  return text;
}

class Quiet final : public chassis::Log {
  void warn(std::string_view what, std::initializer_list<Field>) override {
    std::cerr << what << '\n';
  }
};

TEST(TheRealList, IsNewAsAWholeAndUnchangedWhenItIsImportedAgain) {
  if (!std::filesystem::exists(list_path()))
    GTEST_SKIP() << "there is no " << list_path() << ": set MADANG_SHARED_DATA";
  const auto text = unpacked(list_path());
  const storage::TemporaryFolder folder;
  const auto context = catalog_context();
  Quiet log;
  chassis::Bus bus;
  runtime::Threads threads;
  chassis::Engine catalog{*context, threads, bus, {}, {folder.path()}, log};
  catalog.start();

  ImportAsked asked;
  asked.terms = *TermsRule::parse(
      "language=ko: 3000 KRW, 14 days, 3 licences, 1 extensions; *: 2000 KRW, 14 days, 2 licences");
  const auto run = [&](std::string_view name) {
    std::istringstream list{text};
    const auto began = threads.now();
    const auto result = import_titles(
        list, asked, chassis::digest128({name}), catalog,
        {[](const RefusedRow& row) { std::cout << row.line << ": " << row.why << '\n'; }, {}, {}});
    std::cout << name << ": " << result.counts.rows << " rows in "
              << std::chrono::duration<double>{threads.now() - began}.count() << " s\n";
    EXPECT_FALSE(result.broken_off);
    return result.counts;
  };
  // One work of the list has no title.
  EXPECT_EQ(run("first"), (ImportCounts{78'766, 78'765, 0, 0, 1}));
  asked.when_untitled = "[untitled]";
  EXPECT_EQ(run("again"), (ImportCounts{78'766, 1, 0, 78'765, 0}));
  EXPECT_EQ(catalog.state().head, 2 * 78'766);
  threads.stop();
  threads.join();
}

}  // namespace
}  // namespace madang::catalog
