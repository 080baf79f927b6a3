#pragma once
// Tells the sanitizers that a fiber switches stacks; without them, nothing at all. Each call stands
// directly before or after the switch that it names.
// https://github.com/llvm/llvm-project/blob/main/compiler-rt/include/sanitizer/common_interface_defs.h
#include <cstddef>

// g++ says it by the first names, clang by the features.
#if defined(__SANITIZE_ADDRESS__)
#define MADANG_ADDRESS_SANITIZED
#elif defined(__SANITIZE_THREAD__)
#define MADANG_THREAD_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MADANG_ADDRESS_SANITIZED
#elif __has_feature(thread_sanitizer)
#define MADANG_THREAD_SANITIZED
#endif
#endif

#if defined(MADANG_ADDRESS_SANITIZED)
#include <sanitizer/common_interface_defs.h>
#elif defined(MADANG_THREAD_SANITIZED)
#include <sanitizer/tsan_interface.h>
#endif

namespace madang::runtime {

#if defined(MADANG_ADDRESS_SANITIZED)

class SanitizedSwitch {
 public:
  SanitizedSwitch(const std::byte* lowest, std::size_t size) : lowest_{lowest}, size_{size} {}
  // In the scheduler.
  void entering() { __sanitizer_start_switch_fiber(&scheduler_fake_, lowest_, size_); }
  void back_in_scheduler() { __sanitizer_finish_switch_fiber(scheduler_fake_, nullptr, nullptr); }
  // In the fiber.
  void arrived_first() {
    __sanitizer_finish_switch_fiber(nullptr, &scheduler_lowest_, &scheduler_size_);
  }
  void leaving() { __sanitizer_start_switch_fiber(&own_fake_, scheduler_lowest_, scheduler_size_); }
  void arrived() {
    __sanitizer_finish_switch_fiber(own_fake_, &scheduler_lowest_, &scheduler_size_);
  }
  void leaving_for_good() {
    __sanitizer_start_switch_fiber(nullptr, scheduler_lowest_, scheduler_size_);
  }

 private:
  const std::byte* lowest_;
  std::size_t size_;
  void* own_fake_ = nullptr;  // the fake stacks, while suspended
  void* scheduler_fake_ = nullptr;
  const void* scheduler_lowest_ = nullptr;
  std::size_t scheduler_size_ = 0;
};

#elif defined(MADANG_THREAD_SANITIZED)

class SanitizedSwitch {
 public:
  SanitizedSwitch(const std::byte*, std::size_t) {}
  ~SanitizedSwitch() { __tsan_destroy_fiber(own_); }
  SanitizedSwitch(const SanitizedSwitch&) = delete;
  SanitizedSwitch& operator=(const SanitizedSwitch&) = delete;
  void entering() {
    scheduler_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(own_, 0);
  }
  void back_in_scheduler() {}
  void arrived_first() {}
  void leaving() { __tsan_switch_to_fiber(scheduler_, 0); }
  void arrived() {}
  void leaving_for_good() { __tsan_switch_to_fiber(scheduler_, 0); }

 private:
  void* own_ = __tsan_create_fiber(0);
  void* scheduler_ = nullptr;
};

#else

class SanitizedSwitch {
 public:
  SanitizedSwitch(const std::byte*, std::size_t) {}
  void entering() {}
  void back_in_scheduler() {}
  void arrived_first() {}
  void leaving() {}
  void arrived() {}
  void leaving_for_good() {}
};

#endif

}  // namespace madang::runtime
