#pragma once
// What `check` has found, by context: what it counted, and what is wrong.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace madang::app {

class Findings {
 public:
  struct OfContext {
    std::string context;
    std::vector<std::pair<std::string, std::int64_t>> counts;
    std::vector<std::string> problems;
  };

  void begin(const std::string& context) { contexts_.push_back({context, {}, {}}); }
  void count(std::string what, std::int64_t number) {
    contexts_.back().counts.emplace_back(std::move(what), number);
  }
  void problem(std::string what) { contexts_.back().problems.push_back(std::move(what)); }
  [[nodiscard]] const std::vector<OfContext>& contexts() const { return contexts_; }
  [[nodiscard]] bool is_sound() const;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string json() const;

 private:
  std::vector<OfContext> contexts_;
};

}  // namespace madang::app
