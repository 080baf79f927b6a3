#pragma once
// What a person may type next, told from the very description that --help prints: whatever a command gains,
// completion has too.
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace madang::app {

struct Candidate {
  std::string word;
  std::string help;
};

struct Candidates {
  std::vector<Candidate> words{};  // that begin as the last word does
  bool files = false;  // anything may stand here, most likely a path; the shell knows those better
};

// `words` are those after the program's name, the last one the word under the cursor, which may be empty.
Candidates candidates(const CLI::App& program, const std::vector<std::string>& words);

}  // namespace madang::app
