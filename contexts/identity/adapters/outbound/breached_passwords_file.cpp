#include "identity/adapters/outbound/breached_passwords_file.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "chassis/security/sha1.hpp"
#include "chassis/security/sha256.hpp"

namespace madang::identity {
namespace {

constexpr std::size_t digits = 40, line_max = 128;
constexpr std::uint64_t samples = 500;

std::string in_capitals(std::string_view hex) {
  std::string capitals{hex};
  std::ranges::transform(capitals, capitals.begin(), [](char c) {
    return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return capitals;
}

struct Line {
  std::string digest;        // in capitals
  std::uint64_t begin, end;  // where the next one begins
};

class Lines {
 public:
  Lines(storage::FileSystem& files, const std::string& path)
      : path_{path}, reader_{files.open(path)} {
    if (!reader_) throw chassis::Corrupt{path_ + ": there is no such file"};
    size_ = reader_->size();
    if (size_ == 0) throw chassis::Corrupt{path_ + " is empty"};
  }
  [[nodiscard]] std::uint64_t size() const { return size_; }

  // The one in which this byte stands.
  [[nodiscard]] Line at(std::uint64_t place) const {
    const auto from = place > line_max ? place - line_max : 0;
    std::array<std::byte, 2 * line_max> bytes{};
    const auto read = reader_->read(from, bytes);
    const std::string_view text{reinterpret_cast<const char*>(bytes.data()), read};
    const auto middle = static_cast<std::size_t>(place - from);
    if (middle >= text.size()) throw broken("has become shorter", place);
    const auto before = middle == 0 ? text.npos : text.rfind('\n', middle - 1);
    if (before == text.npos && from > 0) throw broken("has a line that is too long", place);
    const auto begin = before == text.npos ? 0 : before + 1;
    const auto end = text.find('\n', middle);
    if (end == text.npos && from + text.size() < size_)
      throw broken("has a line that is too long", place);
    const auto line = text.substr(begin, end == text.npos ? end : end - begin);
    const auto is_digest = line.size() >= digits &&
                           line.find_first_not_of("0123456789ABCDEFabcdef") >= digits &&
                           (line.size() == digits || line[digits] == ':' || line[digits] == '\r');
    if (!is_digest) throw broken("has a line that begins with no SHA-1", from + begin);
    return {in_capitals(line.substr(0, digits)), from + begin,
            end == text.npos ? size_ : from + end + 1};
  }

  [[nodiscard]] bool have(const std::string& wanted) const {
    std::uint64_t low = 0, high = size_;  // it begins from here on, and before there
    std::string after, until(1, 'G');     // the digests there
    while (low < high) {
      const auto line = at(low + (high - low) / 2);
      if (line.digest < after || line.digest > until) throw broken("is not in order", line.begin);
      if (line.digest == wanted) return true;
      if (line.digest < wanted) {
        low = line.end;
        after = line.digest;
      } else {
        high = line.begin;
        until = line.digest;
      }
    }
    return false;
  }

  void demand_order_of_samples() const {
    auto before = at(0);
    for (std::uint64_t i = 1; i <= samples; ++i) {
      auto line = at((size_ - 1) * i / samples);
      if (line.begin != before.begin && line.digest <= before.digest)
        throw broken("is not in order", line.begin);
      before = std::move(line);
    }
  }

 private:
  [[nodiscard]] chassis::Corrupt broken(std::string_view how, std::uint64_t where) const {
    return chassis::Corrupt{path_ + " " + std::string{how} + ", at byte " + std::to_string(where)};
  }

  const std::string& path_;
  std::unique_ptr<storage::FileReader> reader_;
  std::uint64_t size_ = 0;
};

}  // namespace

BreachedPasswordsFile::BreachedPasswordsFile(storage::FileSystem& files, std::string path,
                                             chassis::Log& log)
    : files_{files}, path_{std::move(path)}, log_{log} {
  if (!path_.empty()) Lines{files_, path_}.demand_order_of_samples();
}

bool BreachedPasswordsFile::has(std::string_view password) {
  if (path_.empty()) return false;
  const auto digest = security::sha1(password);
  try {
    return Lines{files_, path_}.have(in_capitals(security::hex(security::as_text(digest))));
  } catch (const std::exception& failure) {
    log_.warn("passwords cannot be chosen: the list of stolen ones cannot be read",
              {{"why", failure.what()}});
    throw chassis::Unavailable{"the list of stolen passwords cannot be read"};
  }
}

}  // namespace madang::identity
