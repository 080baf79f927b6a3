#pragma once
// Whether calls that overlapped could have happened one after the other, each at one moment between its begin and its
// end, so that what everybody was told is what they would have been told then. The search tries each order that the
// times allow, and remembers where it has been (Wing and Gong, with Lowe's memory of what was seen).
//
//   struct Register {                                  // a model: what one thing does, one call at a time
//     using State = int;                               // comparable by <
//     using Call = ...;                                // what was asked, and what was told
//     State begins() const;
//     std::optional<State> after(const State&, const Call&) const;   // nothing: it would not be told that
//   };
//   is_linearizable(Register{}, history)
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace madang::simulation {

template <class Call>
struct Made {
  static constexpr auto never = std::numeric_limits<std::int64_t>::max();
  Call call;
  std::int64_t began, ended = never;  // never: at any time after its begin
  bool must_be = true;                // false: it may not have happened at all
};

template <class Model>
class Search {
 public:
  using History = std::vector<Made<typename Model::Call>>;

  Search(const Model& model, const History& history)
      : model_{model}, history_{history}, done_(history.size()) {}

  bool succeeds() { return goes_on(model_.begins()); }

 private:
  bool goes_on(const typename Model::State& state) {
    if (is_complete()) return true;
    if (!seen_.emplace(done_, state).second) return false;
    const auto latest = earliest_end();
    for (std::size_t i = 0; i < history_.size(); ++i) {
      if (done_[i] || history_[i].began > latest) continue;
      const auto next = model_.after(state, history_[i].call);
      if (!next) continue;
      done_[i] = true;
      if (goes_on(*next)) return true;
      done_[i] = false;
    }
    return false;
  }
  [[nodiscard]] bool is_complete() const {
    for (std::size_t i = 0; i < history_.size(); ++i)
      if (!done_[i] && history_[i].must_be) return false;
    return true;
  }
  // What began after a call had ended, comes after that call.
  [[nodiscard]] std::int64_t earliest_end() const {
    auto earliest = Made<typename Model::Call>::never;
    for (std::size_t i = 0; i < history_.size(); ++i)
      if (!done_[i] && history_[i].must_be) earliest = std::min(earliest, history_[i].ended);
    return earliest;
  }

  const Model& model_;
  const History& history_;
  std::vector<bool> done_;
  std::set<std::pair<std::vector<bool>, typename Model::State>> seen_;
};

template <class Model>
bool is_linearizable(const Model& model, const std::vector<Made<typename Model::Call>>& history) {
  return Search{model, history}.succeeds();
}

}  // namespace madang::simulation
