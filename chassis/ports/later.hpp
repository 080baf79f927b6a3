#pragma once
// An answer that comes later, when a command is durable, while no thread waits for it. A use case or an
// adapter that is one command gives it back, and says beforehand what is made of the answer:
//
//   return rental.submit(ReturnBook{...}, request, "return")
//       .then([](const ReturnBook::Decision& decided) { return ...; });
//
// Nothing has begun before someone starts it with a Reply. What `then` is given runs after the function
// that wrote it has returned: it captures by value, and it must not wait, since it runs where others are
// served too. An answer that is known at once is a Later as well, by conversion.
#include "kernel/check.hpp"
#include <concepts>
#include <exception>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <variant>

namespace madang::chassis {

// What it came to, or the exception that was thrown instead.
template <class T>
using OrFailed = std::expected<T, std::exception_ptr>;

// Nobody can answer any more: whoever was to do so has gone.
struct Unanswered : std::logic_error {
  Unanswered() : logic_error{"nobody has answered"} {}
};

// Where the work of a request goes on when its answer has come from another thread.
class Home {
 public:
  virtual ~Home() = default;
  // From any thread; never waits. What can no longer run there is thrown away.
  virtual void post(std::move_only_function<void()> rest) = 0;
};

// To be answered once, from any thread. One that is destroyed before answers as Unanswered.
template <class T>
class Reply {
 public:
  using Take = std::move_only_function<void(OrFailed<T>)>;  // throws nothing

  // No home: the answer is taken by whoever gives it, on their thread.
  explicit Reply(Take take, std::shared_ptr<Home> home = {})
      : take_{std::move(take)}, home_{std::move(home)} {}
  Reply(Reply&& other) noexcept
      : take_{std::exchange(other.take_, nullptr)}, home_{std::move(other.home_)} {}
  Reply& operator=(Reply&&) = delete;
  ~Reply() {
    if (take_) fail(std::make_exception_ptr(Unanswered{}));
  }

  void answer(T value) { settle(OrFailed<T>{std::in_place, std::move(value)}); }
  void fail(std::exception_ptr why) { settle(std::unexpected{std::move(why)}); }
  void settle(OrFailed<T> outcome) {
    auto take = taken();
    if (!home_) return take(std::move(outcome));
    home_->post([take = std::move(take), outcome = std::move(outcome)]() mutable {
      take(std::move(outcome));
    });
  }
  // For what is known where the request is at home, or begins: there is no way to go.
  void settle_here(OrFailed<T> outcome) { taken()(std::move(outcome)); }

  // The reply to what comes before: `make` turns its outcome into this one's.
  template <class Before, class Make>
  [[nodiscard]] Reply<Before> after(Make make) && {
    return Reply<Before>{
        [take = taken(), make = std::move(make)](OrFailed<Before>&& outcome) mutable {
          take(made(make, std::move(outcome)));
        },
        home_};
  }

 private:
  [[nodiscard]] Take taken() {
    CHECK(take_, "a reply is given once");
    return std::exchange(take_, nullptr);
  }
  template <class Make, class Before>
  static OrFailed<T> made(Make& make, OrFailed<Before>&& outcome) {
    try {
      return OrFailed<T>{std::in_place, make(std::move(outcome))};
    } catch (const std::exception&) {
      return std::unexpected{std::current_exception()};
    }
  }

  Take take_;
  std::shared_ptr<Home> home_;
};

template <class T>
class [[nodiscard]] Later {
 public:
  using Value = T;
  using Start = std::move_only_function<void(Reply<T>)>;

  template <class U>
    requires(std::convertible_to<U &&, T> && !std::same_as<std::remove_cvref_t<U>, Later>)
  Later(U&& known) : state_{std::in_place_index<0>, std::in_place, std::forward<U>(known)} {}
  static Later of(Start start) { return Later{std::move(start), Unknown{}}; }
  static Later failed(std::exception_ptr why) {
    return Later{OrFailed<T>{std::unexpected{std::move(why)}}, Unknown{}};
  }

  // The answer made of this one; what it throws is thrown to whoever waits for it. Failures pass by.
  template <class Make>
  auto then(Make make) && {
    return std::move(*this).settled([make = std::move(make)](OrFailed<T>&& outcome) mutable {
      if (!outcome) std::rethrow_exception(outcome.error());
      return make(*std::move(outcome));
    });
  }
  // The same of its outcome, failures too.
  template <class Make>
  auto settled(Make make) && -> Later<std::invoke_result_t<Make&, OrFailed<T>>> {
    using Made = std::invoke_result_t<Make&, OrFailed<T>>;
    if (auto* outcome = known()) return make(std::move(*outcome));
    return Later<Made>::of([start = std::get<Start>(std::move(state_)),
                            make = std::move(make)](Reply<Made> reply) mutable {
      start(std::move(reply).template after<T>(std::move(make)));
    });
  }

  // What it came to, when that is known already; otherwise nullptr.
  [[nodiscard]] OrFailed<T>* known() { return std::get_if<OrFailed<T>>(&state_); }
  // What cannot even begin, by a defect, answers as Unanswered.
  void start(Reply<T> reply) && {
    if (auto* outcome = known()) return reply.settle_here(std::move(*outcome));
    try {
      std::get<Start>(state_)(std::move(reply));
    } catch (const std::exception&) {
      state_ = OrFailed<T>{std::unexpected{std::make_exception_ptr(Unanswered{})}};
    }
  }
  // The answer of one that waits for nothing, as with a journal in memory. Throws what it failed with.
  [[nodiscard]] T at_once() && {
    const auto come = std::make_shared<std::optional<OrFailed<T>>>();
    std::move(*this).start(Reply<T>{[come](OrFailed<T>&& outcome) { *come = std::move(outcome); }});
    if (!*come) throw std::logic_error{"this answer comes later"};
    if (!**come) std::rethrow_exception((*come)->error());
    return *std::move(**come);
  }

 private:
  struct Unknown {};
  template <class State>
  Later(State state, Unknown) : state_{std::move(state)} {}

  std::variant<OrFailed<T>, Start> state_;
};

}  // namespace madang::chassis
