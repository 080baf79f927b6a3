#include "chassis/storage/zip.hpp"

#include <zip.h>

#include <memory>
#include <stdexcept>

namespace madang::storage {
namespace {

struct Release {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};

// 1980-01-01 00:00, in the format's own words.
constexpr zip_uint16_t first_time = 0, first_date = 0x21;

[[noreturn]] void fail() { throw std::runtime_error{"a ZIP archive cannot be made"}; }

}  // namespace

std::string zip_of(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::unique_ptr<zip_source_t, Release> memory{zip_source_buffer_create(nullptr, 0, 0, nullptr)};
  if (!memory) fail();
  std::unique_ptr<zip_t, Release> archive{
      zip_open_from_source(memory.get(), ZIP_TRUNCATE, nullptr)};
  if (!archive) fail();
  zip_source_keep(
      memory.get());  // closing the archive gives one hold up, and its bytes are read after that
  for (const auto& [name, content] : entries) {
    auto* source = zip_source_buffer(archive.get(), content.data(), content.size(), 0);
    const auto index = source ? zip_file_add(archive.get(), name.c_str(), source, ZIP_FL_ENC_UTF_8)
                              : zip_int64_t{-1};
    if (index < 0) {
      zip_source_free(source);
      fail();
    }
    const auto entry = static_cast<zip_uint64_t>(index);
    if (zip_file_set_dostime(archive.get(), entry, first_time, first_date, 0) != 0) fail();
  }
  if (zip_close(archive.get()) != 0) fail();
  static_cast<void>(archive.release());

  if (zip_source_open(memory.get()) != 0) fail();
  zip_source_seek(memory.get(), 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(zip_source_tell(memory.get())), '\0');
  zip_source_seek(memory.get(), 0, SEEK_SET);
  const auto read = zip_source_read(memory.get(), bytes.data(), bytes.size());
  zip_source_close(memory.get());
  if (read != static_cast<zip_int64_t>(bytes.size())) fail();
  return bytes;
}

}  // namespace madang::storage
