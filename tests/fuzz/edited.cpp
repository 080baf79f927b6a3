#include "tests/fuzz/targets.hpp"

namespace madang::fuzz {

std::string edited(std::string text, std::string_view edits) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(edits[at]); };
  for (; edits.size() >= 3 && !text.empty(); edits.remove_prefix(3)) {
    auto& changed = text[(byte(0) * 256U + byte(1)) % text.size()];
    changed = static_cast<char>(static_cast<unsigned char>(changed) ^ byte(2));
  }
  return text;
}

std::vector<std::string> edits_of_the_end(char kind, const std::string& text) {
  const auto last = text.size() - 1;
  std::vector<std::string> all;
  for (const char bits : {'\1', '\2', '\3', '\4'})
    all.push_back({kind, static_cast<char>(last / 256), static_cast<char>(last % 256), bits});
  return all;
}

}  // namespace madang::fuzz
