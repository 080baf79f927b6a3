#include "catalog/adapters/outbound/epub.hpp"

#include <gtest/gtest.h>
#include <zip.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "chassis/ports/failures.hpp"

namespace madang::catalog {
namespace {

struct AnEpub : ::testing::Test {
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("madang-epub-" + std::to_string(::getpid()));
  std::string path = folder / "book.epub";
  AnEpub() { std::filesystem::create_directories(folder); }
  ~AnEpub() override { std::filesystem::remove_all(folder); }

  void write(const std::string& bytes) const { std::ofstream{path, std::ios::binary} << bytes; }
  struct Entry {
    std::string name, content;
    bool packed = true;
  };
  void zip(const std::vector<Entry>& entries) const {
    std::filesystem::remove(path);
    int error = 0;
    auto* archive = zip_open(path.c_str(), ZIP_CREATE, &error);
    ASSERT_TRUE(archive);
    for (const auto& [name, content, packed] : entries) {
      const auto index = zip_file_add(
          archive, name.c_str(), zip_source_buffer(archive, content.data(), content.size(), 0), 0);
      ASSERT_GE(index, 0) << name;
      zip_set_file_compression(archive, static_cast<zip_uint64_t>(index),
                               packed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
    }
    ASSERT_EQ(zip_close(archive), 0);
  }
  [[nodiscard]] std::optional<std::string> why_not() const {
    return why_no_epub(*storage::RealFileSystem{}.open(path));
  }
  void expect_no(const std::string& reason) const {
    EXPECT_EQ(why_not().value_or("it is one"), reason);
  }
};

const AnEpub::Entry mimetype{"mimetype", "application/epub+zip", false};
const AnEpub::Entry container{
    "META-INF/container.xml",
    R"(<container><rootfiles><rootfile full-path="p.opf" media-type="x"/></rootfiles></container>)"};

TEST_F(AnEpub, ThatTheShopMadeItselfIsOne) {
  write(make_epub("urn:uuid:1", "비 오는 마당 & <other>", "ko",
                  {{"하나", "첫 장 \"입니다\""}, {"Two", "The second."}}));
  EXPECT_EQ(why_not(), std::nullopt);
}
TEST_F(AnEpub, IsTheSameBytesEachTime) {
  EXPECT_EQ(make_epub("1", "T", "en", {{"a", "b"}}), make_epub("1", "T", "en", {{"a", "b"}}));
}
TEST_F(AnEpub, IsAWholeZipArchive) {
  write("no zip at all");
  expect_no("it is not a ZIP archive, or a damaged one");
  auto bytes = make_epub("1", "T", "en", {{"a", "b"}});
  write(bytes.substr(0, bytes.size() / 2));
  expect_no("it is not a ZIP archive, or a damaged one");
}
TEST_F(AnEpub, IsNotJudgedWhenTheDiskDoesNotGiveIt) {
  struct Failing final : storage::FileReader {
    std::string bytes = make_epub("1", "T", "en", {{"a", "b"}});
    int reads_left = 0;
    std::uint64_t size() override { return bytes.size(); }
    std::size_t read(std::uint64_t offset, std::span<std::byte> into) override {
      if (reads_left-- == 0) throw chassis::Unavailable{"the disk"};
      const auto got = std::min<std::size_t>(into.size(), bytes.size() - offset);
      std::memcpy(into.data(), bytes.data() + offset, got);
      return got;
    }
    bool readable_by_others() override { return false; }
  };
  for (int good = 0; good < 8; ++good) {
    Failing file;
    file.reads_left = good;
    EXPECT_THROW(static_cast<void>(why_no_epub(file)), chassis::Unavailable) << good;
  }
  Failing sound;
  sound.reads_left = 1000;
  EXPECT_EQ(why_no_epub(sound), std::nullopt);
}
TEST_F(AnEpub, BeginsWithItsMimetypeStored) {
  zip({container, mimetype, {"p.opf", "x"}});
  expect_no("its first entry is not an uncompressed mimetype");
  zip({{"mimetype", "application/epub+zip", true}, container, {"p.opf", "x"}});
  expect_no("its first entry is not an uncompressed mimetype");
  zip({{"mimetype", "text/plain", false}, container, {"p.opf", "x"}});
  expect_no("its mimetype is not application/epub+zip");
}
TEST_F(AnEpub, NamesAPackageDocumentThatIsThere) {
  zip({mimetype, {"p.opf", "x"}});
  expect_no("META-INF/container.xml is missing");
  zip({mimetype, {"META-INF/container.xml", "<container/>"}, {"p.opf", "x"}});
  expect_no("META-INF/container.xml names no package document");
  zip({mimetype, container});
  expect_no("the package document that it names is missing");
  zip({mimetype, container, {"p.opf", "x"}});
  EXPECT_EQ(why_not(), std::nullopt);
}
TEST_F(AnEpub, NeitherLeavesItsFolderNorFillsTheDisk) {
  zip({mimetype, container, {"p.opf", "x"}, {"a/../../etc/passwd", "x"}});
  expect_no("an entry's name leads outside of the archive");
  zip({mimetype, container, {"p.opf", "x"}, {"/etc/passwd", "x"}});
  expect_no("an entry's name leads outside of the archive");
  std::string zeros;
  zeros.resize(50'000'000, '0');
  zip({mimetype, container, {"p.opf", "x"}, {"bomb", zeros}});
  expect_no("an entry unpacks to far more than it should");
}
TEST_F(AnEpub, BringsNothingThatRuns) {
  const auto with = [&](const std::string& content) {
    zip({mimetype, container, {"p.opf", "<package/>"}, {"c.xhtml", content}});
    return why_not().value_or("it is one");
  };
  const auto in_utf_16 = [](std::string_view text) {
    std::string wide = "\xff\xfe";
    for (const char c : text) (wide += c) += '\0';
    return wide;
  };
  const std::string script = "an entry has a script: c.xhtml";
  for (const std::string content :
       {"<html><script>run()</script></html>", "\xef\xbb\xbf \n<html><SCRIPT src='x.js'/></html>",
        "<svg><a:script xmlns:a='http://www.w3.org/2000/svg'\n>run()</a:script></svg>",
        "<html><p a='<' b=\">\">it's</p><script\t/></html>",
        "<html><!--><script>run()</script>--></html>",
        "<html a=b><br/><![CDATA[<script>]]></html>"})
    EXPECT_EQ(with(content), script) << content;
  EXPECT_EQ(with(in_utf_16("<html><script/></html>")), script);
  EXPECT_EQ(with("<html>" + std::string(40'000, 'x') + "<script/></html>"), script);
  for (std::size_t before = 16 * 1024 - 9; before < 16 * 1024 + 1; ++before)  // wherever it is cut
    EXPECT_EQ(with("<p>" + std::string(before - 3, ' ') + "<script/></p>"), script) << before;

  for (const std::string content :
       {"<p onload='run()'/>", "<p\nOnClick\n=\n\"run()\">x</p>", "<p class=a onload=run()>"})
    EXPECT_EQ(with(content), "an entry has a script for an event: c.xhtml") << content;
  for (const std::string content :
       {"<a href='javascript:run()'>x</a>", "<a href=\" java\nScript: run()\">x</a>",
        "<a href=JavaScript:run()>"})
    EXPECT_EQ(with(content), "an entry has an address that is a script: c.xhtml") << content;
  EXPECT_EQ(with("<!DOCTYPE p [<!ENTITY a '&lt;script>'>]><p>&a;</p>"),
            "an entry has a declared entity: c.xhtml");
  for (const std::string content : {"MZ\x90",
                                    "\x7f"
                                    "ELF\x02",
                                    "#!/bin/sh\n", "\xca\xfe\xba\xbe"})
    EXPECT_EQ(with(content), "an entry is a program: c.xhtml");
}
TEST_F(AnEpub, MaySpeakOfWhatRuns) {
  for (const std::string content :
       {"<p>&lt;script> onload='run()' javascript:run() a < b</p>",
        "<p title='once = on=1 <script>'/>",
        "<!DOCTYPE html><?xml-stylesheet href='a.css'?><scripture/><a href='#javascript:'>x</a>",
        "<p on='x' one-two='y' data-onload='z' onload/>", "var script = '<script>';",
        "MIME, and #! and MZ", ""}) {
    zip({mimetype, container, {"p.opf", "<package/>"}, {"c.xhtml", content}});
    EXPECT_EQ(why_not(), std::nullopt) << content;
  }
}

}  // namespace
}  // namespace madang::catalog
