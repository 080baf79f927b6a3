#include "chassis/runtime/stacks.hpp"

#include <sys/mman.h>

#include <new>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace madang::runtime {
namespace {

constexpr std::size_t guard_bytes = 4096;
// Address space only: a page costs memory once it is touched. SQLite needs about 20 KiB, parsers a
// few times that; address-sanitized frames are several times larger.
constexpr std::size_t stack_bytes = 1024 * 1024;

std::vector<Stack>& spare() {
  static std::vector<Stack> stacks;
  return stacks;
}

}  // namespace

Stack take_stack() {
  if (!spare().empty()) {
    const Stack stack = spare().back();
    spare().pop_back();
    return stack;
  }
  void* memory = ::mmap(nullptr, guard_bytes + stack_bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc{};
  if (::mprotect(memory, guard_bytes, PROT_NONE) != 0) throw std::bad_alloc{};
  return {static_cast<std::byte*>(memory) + guard_bytes, stack_bytes};
}

void give_stack_back(Stack stack) {
#if defined(__SANITIZE_ADDRESS__)
  __asan_unpoison_memory_region(stack.lowest, stack.size);
#endif
  spare().push_back(stack);
}

}  // namespace madang::runtime
