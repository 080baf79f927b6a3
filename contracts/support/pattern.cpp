#include "contracts/support/pattern.hpp"

#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>

namespace madang::contracts {
namespace {

constexpr auto unbounded = std::numeric_limits<std::size_t>::max();

class Reader {
 public:
  explicit Reader(std::string_view text) : text_{text} {}

  Pattern::Branches whole() {
    if (!take('^')) fail("it must begin with ^");
    auto all = branches();
    if (!take('$') || at_ != text_.size()) fail("it must end with $");
    return all;
  }

 private:
  Pattern::Branches branches() {
    Pattern::Branches all{sequence()};
    while (take('|')) all.push_back(sequence());
    return all;
  }
  Pattern::Sequence sequence() {
    Pattern::Sequence atoms;
    while (at_ < text_.size() && !is_one_of("$|)")) {
      atoms.push_back(atom());
      repeat(atoms.back());
    }
    return atoms;
  }
  Pattern::Atom atom() {
    Pattern::Atom it;
    if (take('(')) {
      it.group = branches();
      if (!take(')')) fail("a group is not closed");
    } else if (take('[')) {
      const bool none_of = take('^');
      while (!take(']')) member(it.bytes);
      if (none_of) it.bytes.flip();
    } else {
      if (is_one_of(".*+?{}")) fail("put a sign with a meaning of its own in brackets");
      it.bytes.set(byte());
    }
    return it;
  }
  void member(std::bitset<256>& bytes) {
    const auto first = byte();
    auto last = first;
    if (at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']') {
      ++at_;
      last = byte();
    }
    for (auto each = first; each <= last; ++each) bytes.set(each);
  }
  std::size_t byte() {
    if (take('\\')) {
      if (!take('x')) return next();
      return digit() * 16 + digit();
    }
    return next();
  }
  std::size_t digit() {
    const auto found = std::string_view{"0123456789ABCDEF"}.find(static_cast<char>(next()));
    if (found == std::string_view::npos) fail("\\x takes two hexadecimal digits in capitals");
    return found;
  }
  void repeat(Pattern::Atom& it) {
    if (take('?')) it.least = 0;
    else if (take('*')) it.least = 0, it.most = unbounded;
    else if (take('+')) it.most = unbounded;
    else if (take('{')) {
      it.least = it.most = number();
      if (take(',')) it.most = is_one_of("}") ? unbounded : number();
      if (!take('}')) fail("a count is not closed");
    }
  }
  std::size_t number() {
    std::size_t value = 0;
    const auto begin = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9')
      value = value * 10 + static_cast<std::size_t>(text_[at_++] - '0');
    if (at_ == begin) fail("a count is a number");
    return value;
  }

  [[nodiscard]] bool is_one_of(std::string_view signs) const {
    return at_ < text_.size() && signs.find(text_[at_]) != std::string_view::npos;
  }
  bool take(char sign) {
    if (at_ >= text_.size() || text_[at_] != sign) return false;
    ++at_;
    return true;
  }
  std::size_t next() {
    if (at_ >= text_.size()) fail("it ends too early");
    const auto byte = static_cast<unsigned char>(text_[at_++]);
    if (byte >= 0x80) fail("only ASCII may be named");
    return byte;
  }
  [[noreturn]] void fail(const std::string& why) const {
    throw std::invalid_argument{"pattern " + std::string{text_} + ": " + why};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

using Next = std::function<bool(std::size_t)>;  // whether the rest of the pattern matches from here

class Match {
 public:
  explicit Match(std::string_view text) : text_{text} {}

  bool branches(const Pattern::Branches& all, std::size_t from, const Next& next) const {
    for (const auto& sequence : all)
      if (atoms(sequence, 0, from, next)) return true;
    return false;
  }

 private:
  bool atoms(const Pattern::Sequence& sequence, std::size_t which, std::size_t from,
             const Next& next) const {
    if (which == sequence.size()) return next(from);
    const auto& atom = sequence[which];
    const Next rest = [&](std::size_t at) { return atoms(sequence, which + 1, at, next); };
    return atom.group.empty() ? run(atom, from, rest) : groups(atom, 0, from, rest);
  }
  // As many bytes as there are, then fewer.
  bool run(const Pattern::Atom& atom, std::size_t from, const Next& rest) const {
    std::size_t count = 0;
    while (count < atom.most && from + count < text_.size() &&
           atom.bytes[static_cast<unsigned char>(text_[from + count])])
      ++count;
    for (;; --count) {
      if (count < atom.least) return false;
      if (rest(from + count)) return true;
      if (count == 0) return false;
    }
  }
  bool groups(const Pattern::Atom& atom, std::size_t done, std::size_t from,
              const Next& rest) const {
    const auto again = [&](std::size_t at) {
      return at > from && groups(atom, done + 1, at, rest);  // an empty round leads nowhere
    };
    if (done < atom.most && branches(atom.group, from, again)) return true;
    return done >= atom.least && rest(from);
  }

  std::string_view text_;
};

}  // namespace

Pattern::Pattern(std::string_view text) : text_{text}, branches_{Reader{text}.whole()} {}

bool Pattern::matches(std::string_view text) const {
  return Match{text}.branches(branches_, 0, [&](std::size_t at) { return at == text.size(); });
}

}  // namespace madang::contracts
