#include "tests/fuzz/targets.hpp"

namespace madang::fuzz {

std::string edited(std::string text, std::string_view edits) {
  for (; edits.size() >= 2 && !text.empty(); edits.remove_prefix(2))
    text[static_cast<unsigned char>(edits[0]) % text.size()] = edits[1];
  return text;
}

}  // namespace madang::fuzz
