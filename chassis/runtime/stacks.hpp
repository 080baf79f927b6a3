#pragma once
// Stacks for fibers: mapped with a guard page below, kept for reuse.
#include <cstddef>

namespace madang::runtime {

struct Stack {
  std::byte* lowest = nullptr;  // first usable byte, just above the guard page
  std::size_t size = 0;
};

Stack take_stack();  // throws std::bad_alloc
void give_stack_back(Stack stack);

}  // namespace madang::runtime
