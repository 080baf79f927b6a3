// One target as a program of libFuzzer's: TARGET [libFuzzer's options] FOLDER…
//   TARGET --seeds FOLDER     writes the target's seeds into the folder and ends
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "tests/fuzz/targets.hpp"

using Target = madang::fuzz::MADANG_FUZZ_TARGET;

extern "C" int LLVMFuzzerInitialize(int* count, char*** words) {
  if (*count != 3 || std::string_view{(*words)[1]} != "--seeds") return 0;
  std::size_t number = 0;
  for (const auto& seed : Target::seeds())
    std::ofstream{std::string{(*words)[2]} + "/seed-" + std::to_string(number++), std::ios::binary}
        << seed;
  std::exit(0);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  Target::take({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
