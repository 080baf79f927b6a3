#pragma once
// The downloads that run just now, so that those of a loan that ends early end with it.
#include <atomic>
#include <map>
#include <memory>

#include "chassis/runtime/runtime.hpp"
#include "kernel/ids.hpp"

namespace madang::rental {

// Any task.
class Downloads {
 public:
  // While someone holds it, its download runs. Looked at from any thread: true once the loan is over.
  using Ended = std::shared_ptr<const std::atomic<bool>>;

  explicit Downloads(runtime::Runtime& runtime) : changing_{runtime} {}
  [[nodiscard]] Ended begin(const kernel::RentalId&);
  void end_all(const kernel::RentalId&);

 private:
  runtime::Mutex changing_;
  std::multimap<kernel::RentalId, std::weak_ptr<std::atomic<bool>>> running_;
};

}  // namespace madang::rental
