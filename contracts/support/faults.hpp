#pragma once
// What is wrong with a request, place by place: all of it at once, so that nobody has to send a form
// five times. A fault names its place (in the body by JSON Pointer, RFC 6901), the rule that is broken
// and the rule's limit; its sentence in the reader's language comes from contracts/http/problems.yaml.
#include "chassis/http/problem.hpp"
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace madang::contracts {

enum class In { body, path, query, header };
std::string_view text_of(In);

// Where a value stands. Made on the way down; its text is built only when there is a fault.
class Place {
 public:
  static Place body() { return {nullptr, In::body, {}, 0}; }
  static Place parameter(In in, std::string_view name) { return {nullptr, in, name, 0}; }
  // Valid as long as this one is.
  [[nodiscard]] Place member(std::string_view name) const { return {this, in_, name, 0}; }
  [[nodiscard]] Place item(std::size_t index) const { return {this, in_, {}, index}; }

  [[nodiscard]] In in() const { return in_; }
  [[nodiscard]] std::string text() const;

 private:
  Place(const Place* above, In in, std::string_view name, std::size_t index)
      : above_{above}, in_{in}, name_{name}, index_{index} {}
  const Place* above_;
  In in_;
  std::string_view name_;
  std::size_t index_;
};

struct Fault {
  In in;
  std::string at;
  std::string rule;   // as problems.yaml names it
  std::string limit;  // what the rule asks for; may be empty
  friend bool operator==(const Fault&, const Fault&) = default;
};

// At most 32 are kept: who sends more reads no further.
class Faults {
 public:
  void add(const Place&, std::string_view rule, std::string limit = {});
  void add(const Place&, std::string_view rule, std::int64_t limit);

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] const std::vector<Fault>& all() const { return kept_; }
  [[nodiscard]] http::Problem as_problem(http::Language) const;  // malformed-request

 private:
  std::size_t count_ = 0;
  std::vector<Fault> kept_;
};

}  // namespace madang::contracts
