#pragma once
// Things that tasks use in turns, such as connections to a database. Each is made when somebody needs one more
// than there are, up to `most`; what was given back last is lent first, so that few are ever made and those
// know best what is asked for. Any task.
//
//   Pool<Reader> readers{runtime, 4, [] { return std::make_unique<Reader>(path); }};
//   if (const auto reader = readers.lend_until(deadline)) reader->read();
#include "chassis/runtime/runtime.hpp"

namespace madang::runtime {

template <class Thing>
class Pool {
 public:
  using Make = std::function<std::unique_ptr<Thing>()>;
  static constexpr std::size_t any_number = SIZE_MAX;

  // Given back at the end of its scope. It must not outlive its pool.
  class Loan {
   public:
    Loan(Pool& pool, std::unique_ptr<Thing> thing) : pool_{pool}, thing_{std::move(thing)} {}
    ~Loan() { pool_.take_back(std::move(thing_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    explicit operator bool() const { return thing_ != nullptr; }
    Thing* operator->() const { return thing_.get(); }

   private:
    Pool& pool_;
    std::unique_ptr<Thing> thing_;
  };

  Pool(Runtime& runtime, std::size_t most, Make make)
      : monitor_{runtime.monitor()}, most_{most}, make_{std::move(make)} {}

  // False: none was free until then. Throws what making one throws.
  Loan lend_until(Time deadline) {
    {
      const std::unique_lock section{*monitor_};
      while (free_.empty() && made_ >= most_)
        if (!monitor_->wait_until(deadline) && free_.empty() && made_ >= most_)
          return {*this, nullptr};
      if (!free_.empty()) return {*this, take_newest()};
      ++made_;
    }
    return {*this, make_one()};
  }
  // For as long as it takes.
  Loan lend() { return lend_until(never); }

 private:
  std::unique_ptr<Thing> take_newest() {
    auto thing = std::move(free_.back());
    free_.pop_back();
    return thing;
  }
  std::unique_ptr<Thing> make_one() {
    try {
      return make_();
    } catch (...) {
      monitor_->lock_quietly();
      --made_;
      monitor_->notify_one();
      monitor_->unlock();
      throw;
    }
  }
  void take_back(std::unique_ptr<Thing> thing) noexcept {
    if (!thing) return;
    monitor_->lock_quietly();
    free_.push_back(std::move(thing));
    monitor_->notify_one();
    monitor_->unlock();
  }

  std::unique_ptr<Monitor> monitor_;
  const std::size_t most_;
  const Make make_;
  std::size_t made_ = 0;
  std::vector<std::unique_ptr<Thing>> free_;
};

}  // namespace madang::runtime
