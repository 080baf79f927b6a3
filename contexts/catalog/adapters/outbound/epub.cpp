#include "catalog/adapters/outbound/epub.hpp"

#include <zip.h>

#include "catalog/adapters/outbound/active_content.hpp"

#include <array>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <span>
#include <stdexcept>

namespace madang::catalog {
namespace {

constexpr zip_int64_t entries_max = 10'000;
constexpr zip_uint64_t unpacked_max = 1024ULL * 1024 * 1024;
constexpr zip_uint64_t entry_ratio_max = 200;  // text hardly packs better than 1 to 20
constexpr zip_uint64_t small = 64 * 1024;      // where a ratio says nothing
constexpr zip_uint64_t container_max = 64 * 1024;
constexpr std::string_view media_type = "application/epub+zip";

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Archive = std::unique_ptr<zip_t, Discard>;

std::optional<zip_stat_t> stat_of(zip_t* archive, zip_uint64_t index) {
  zip_stat_t stat{};
  constexpr zip_uint64_t needed =
      ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
  if (zip_stat_index(archive, index, 0, &stat) != 0 || (stat.valid & needed) != needed)
    return std::nullopt;
  return stat;
}

std::optional<std::string> content_of(zip_t* archive, const zip_stat_t& stat,
                                      zip_uint64_t size_max) {
  if (stat.size > size_max) return std::nullopt;
  const std::unique_ptr<zip_file_t, Discard> file{zip_fopen_index(archive, stat.index, 0)};
  if (!file) return std::nullopt;
  std::string content(stat.size, '\0');
  if (zip_fread(file.get(), content.data(), content.size()) !=
      static_cast<zip_int64_t>(content.size()))
    return std::nullopt;
  return content;
}

bool leaves_its_folder(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != name.npos ||
      name.find('\0') != name.npos)
    return true;
  while (!name.empty()) {
    const auto slash = name.find('/');
    if (name.substr(0, slash) == "..") return true;
    name = slash == name.npos ? std::string_view{} : name.substr(slash + 1);
  }
  return false;
}

// The full-path attribute of the first rootfile. The container document is tiny and of fixed form, so a
// look at its text tells it apart without an XML parser; what reads the book will parse it.
std::optional<std::string> package_path(std::string_view container) {
  const auto rootfile = container.find("<rootfile ");
  if (rootfile == container.npos) return std::nullopt;
  const auto end = container.find('>', rootfile);
  const auto element = container.substr(rootfile, end == container.npos ? end : end - rootfile);
  for (const char quote : {'"', '\''}) {
    const auto begin = element.find(std::string{"full-path="} + quote);
    if (begin == element.npos) continue;
    const auto from = begin + std::string_view{"full-path="}.size() + 1;
    const auto to = element.find(quote, from);
    if (to != element.npos && to > from) return std::string{element.substr(from, to - from)};
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_entries(zip_t* archive, zip_int64_t count) {
  zip_uint64_t unpacked = 0;
  for (zip_int64_t i = 0; i < count; ++i) {
    const auto stat = stat_of(archive, static_cast<zip_uint64_t>(i));
    if (!stat) return "one of its entries cannot be read";
    if (leaves_its_folder(stat->name)) return "an entry's name leads outside of the archive";
    unpacked += stat->size;
    if (unpacked > unpacked_max) return "it is too large when unpacked";
    if (stat->size > small && stat->size / entry_ratio_max > stat->comp_size)
      return "an entry unpacks to far more than it should";
  }
  return std::nullopt;
}

// Reads an entry to its end where it is markup, else its beginning.
std::optional<std::string> what_runs_in(zip_t* archive, const zip_stat_t& stat) {
  const std::unique_ptr<zip_file_t, Discard> file{zip_fopen_index(archive, stat.index, 0)};
  if (!file) return "one of its entries cannot be read";
  std::array<char, 16 * 1024> piece{};
  ActiveMarkup markup;
  for (bool is_first = true;; is_first = false) {
    const auto size = zip_fread(file.get(), piece.data(), piece.size());
    if (size < 0) return "one of its entries cannot be read";
    const std::string_view read{piece.data(), static_cast<std::size_t>(size)};
    if (is_first && begins_a_program(read))
      return "an entry is a program: " + std::string{stat.name};
    if (read.empty() || (is_first && !begins_markup(read))) return std::nullopt;
    markup.read(read);
    if (const auto& what = markup.what_runs())
      return "an entry has " + *what + ": " + std::string{stat.name};
  }
}

std::optional<std::string> what_runs_in(zip_t* archive, zip_int64_t count) {
  for (zip_int64_t i = 0; i < count; ++i)
    if (auto what = what_runs_in(archive, *stat_of(archive, static_cast<zip_uint64_t>(i))))
      return what;
  return std::nullopt;
}

// A file of ours as libzip reads one. No exception may cross its C frames, so what reading threw is kept until
// they have returned.
class Source {
 public:
  explicit Source(storage::FileReader& file) : file_{file}, size_{file.size()} {}

  Archive open() {
    zip_error_t error{};
    auto* source = zip_source_function_create(called, this, &error);
    if (!source) throw std::bad_alloc{};
    Archive archive{zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error)};
    if (!archive) zip_source_free(source);
    return archive;
  }
  void rethrow() const {
    if (failed_) std::rethrow_exception(failed_);
  }

 private:
  static zip_int64_t called(void* of, void* data, zip_uint64_t size, zip_source_cmd_t what) {
    return static_cast<Source*>(of)->answer(data, size, what);
  }
  zip_int64_t answer(void* data, zip_uint64_t size, zip_source_cmd_t what) {
    switch (what) {
      case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
                                              ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
                                              ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, -1);
      case ZIP_SOURCE_OPEN: at_ = 0; return 0;
      case ZIP_SOURCE_READ: return read(static_cast<std::byte*>(data), size);
      case ZIP_SOURCE_SEEK: {
        const auto to = zip_source_seek_compute_offset(at_, size_, data, size, &error_);
        if (to < 0) return -1;
        at_ = static_cast<zip_uint64_t>(to);
        return 0;
      }
      case ZIP_SOURCE_TELL: return static_cast<zip_int64_t>(at_);
      case ZIP_SOURCE_STAT: {
        auto* stat = static_cast<zip_stat_t*>(data);
        zip_stat_init(stat);
        stat->size = size_;
        stat->valid = ZIP_STAT_SIZE;
        return sizeof *stat;
      }
      case ZIP_SOURCE_ERROR: return zip_error_to_data(&error_, data, size);
      case ZIP_SOURCE_CLOSE:
      case ZIP_SOURCE_FREE: return 0;
      default: zip_error_set(&error_, ZIP_ER_OPNOTSUPP, 0); return -1;
    }
  }
  zip_int64_t read(std::byte* into, zip_uint64_t size) {
    try {
      const auto got = file_.read(at_, {into, size});
      at_ += got;
      return static_cast<zip_int64_t>(got);
    } catch (...) {
      failed_ = std::current_exception();
      zip_error_set(&error_, ZIP_ER_READ, 0);
      return -1;
    }
  }

  storage::FileReader& file_;
  zip_uint64_t size_, at_ = 0;
  zip_error_t error_{};
  std::exception_ptr failed_;
};

std::optional<std::string> fault_of(zip_t* archive) {
  if (!archive) return "it is not a ZIP archive, or a damaged one";
  const auto count = zip_get_num_entries(archive, 0);
  if (count <= 0 || count > entries_max) return "it has no entries, or too many";
  if (auto fault = fault_of_entries(archive, count)) return fault;

  const auto first = stat_of(archive, 0);
  if (std::string_view{first->name} != "mimetype" || first->comp_method != ZIP_CM_STORE)
    return "its first entry is not an uncompressed mimetype";
  if (content_of(archive, *first, 64) != media_type)
    return "its mimetype is not application/epub+zip";

  const auto container = zip_name_locate(archive, "META-INF/container.xml", 0);
  if (container < 0) return "META-INF/container.xml is missing";
  const auto stat = stat_of(archive, static_cast<zip_uint64_t>(container));
  const auto text = content_of(archive, *stat, container_max);
  if (!text) return "META-INF/container.xml cannot be read";
  const auto package = package_path(*text);
  if (!package) return "META-INF/container.xml names no package document";
  if (zip_name_locate(archive, package->c_str(), 0) < 0)
    return "the package document that it names is missing";
  return what_runs_in(archive, count);
}

}  // namespace

std::optional<std::string> why_no_epub(storage::FileReader& file) {
  Source source{file};
  auto fault = fault_of(source.open().get());
  source.rethrow();
  return fault;
}

namespace {

void add(zip_t* archive, const char* name, std::string_view content, bool packed) {
  void* copy = std::malloc(content.size() + 1);  // the archive frees it
  if (!copy) throw std::bad_alloc{};
  std::copy(content.begin(), content.end(), static_cast<char*>(copy));
  auto* source = zip_source_buffer(archive, copy, content.size(), 1);
  const auto index = source ? zip_file_add(archive, name, source, ZIP_FL_ENC_UTF_8) : -1;
  if (index < 0) throw std::runtime_error{"an EPUB could not be made"};
  // The same bytes each time, so that a sample has the same digest each time.
  zip_file_set_mtime(archive, static_cast<zip_uint64_t>(index), 1'577'836'800, 0);
  zip_set_file_compression(archive, static_cast<zip_uint64_t>(index),
                           packed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
}

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text)
    if (c == '&') safe += "&amp;";
    else if (c == '<') safe += "&lt;";
    else if (c == '>') safe += "&gt;";
    else if (c == '"') safe += "&quot;";
    else safe += c;
  return safe;
}

std::string page(std::string_view language, std::string_view title, std::string_view body,
                 std::string_view more_namespaces = {}) {
  const std::string lang{language}, safe = escaped(title);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<html xmlns=\"http://www.w3.org/1999/xhtml\"" +
         std::string{more_namespaces} + " xml:lang=\"" + lang + "\" lang=\"" + lang +
         "\"><head><title>" + safe + "</title></head><body><h1>" + safe + "</h1>" +
         std::string{body} + "</body></html>\n";
}

}  // namespace

std::string make_epub(std::string_view identifier, std::string_view title,
                      std::string_view language, const std::vector<Chapter>& chapters) {
  zip_error_t error{};
  auto* memory = zip_source_buffer_create(nullptr, 0, 0, &error);
  if (!memory) throw std::runtime_error{"an EPUB could not be made"};
  zip_source_keep(memory);
  Archive archive{zip_open_from_source(memory, ZIP_TRUNCATE, &error)};
  if (!archive) throw std::runtime_error{"an EPUB could not be made"};

  std::string manifest, spine, list;
  add(archive.get(), "mimetype", media_type, false);
  add(archive.get(), "META-INF/container.xml",
      "<?xml version=\"1.0\"?>\n<container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">"
      "<rootfiles><rootfile full-path=\"book/package.opf\" media-type=\"application/oebps-package+xml\"/>"
      "</rootfiles></container>\n",
      true);
  for (std::size_t i = 0; i < chapters.size(); ++i) {
    const auto file = "chapter-" + std::to_string(i + 1) + ".xhtml";
    const auto id = "c" + std::to_string(i + 1);
    add(archive.get(), ("book/" + file).c_str(),
        page(language, chapters[i].title, "<p>" + escaped(chapters[i].text) + "</p>"), true);
    manifest.append("<item id=\"").append(id).append("\" href=\"").append(file);
    manifest += "\" media-type=\"application/xhtml+xml\"/>";
    spine += "<itemref idref=\"" + id + "\"/>";
    list += "<li><a href=\"" + file + "\">" + escaped(chapters[i].title) + "</a></li>";
  }
  add(archive.get(), "book/nav.xhtml",
      page(language, title, "<nav epub:type=\"toc\"><ol>" + list + "</ol></nav>",
           " xmlns:epub=\"http://www.idpf.org/2007/ops\""),
      true);
  add(archive.get(), "book/package.opf",
      "<?xml version=\"1.0\"?>\n<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" unique-identifier=\"id\">"
      "<metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:identifier id=\"id\">" +
          escaped(identifier) + "</dc:identifier><dc:title>" + escaped(title) +
          "</dc:title><dc:language>" + std::string{language} +
          "</dc:language><meta property=\"dcterms:modified\">2020-01-01T00:00:00Z</meta></metadata><manifest>"
          "<item id=\"nav\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>" +
          manifest + "</manifest><spine>" + spine + "</spine></package>\n",
      true);

  if (zip_close(archive.get()) != 0) throw std::runtime_error{"an EPUB could not be made"};
  static_cast<void>(archive.release());  // closing it has freed it
  zip_stat_t stat{};
  zip_source_stat(memory, &stat);
  std::string bytes(stat.size, '\0');
  zip_source_open(memory);
  const auto got = zip_source_read(memory, bytes.data(), bytes.size());
  zip_source_close(memory);
  zip_source_free(memory);
  if (got != static_cast<zip_int64_t>(bytes.size()))
    throw std::runtime_error{"an EPUB could not be made"};
  return bytes;
}

}  // namespace madang::catalog
