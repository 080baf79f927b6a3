// What the shells ask at each TAB is one hidden command, so their scripts hold no word of ours and cannot
// get stale:
//
//   madang completion words -- WORD...      the last word is the one under the cursor
//
// A candidate to a line, `<word> "\t" <help> "\n"`; or the one line `:files`.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "apps/madang/commands/candidates.hpp"
#include "apps/madang/commands/commands.hpp"

namespace madang::app {
namespace {

// COMP_WORDS has the words as typed, its first the program.
constexpr auto bash = R"(# Completion of madang for bash: source <(madang completion bash)
_madang() {
  local word help
  COMPREPLY=()
  while IFS=$'\t' read -r word help; do
    if [ "$word" = :files ]; then
      compopt -o default
      return
    fi
    case $word in *=) compopt -o nospace ;; esac
    COMPREPLY+=("$word")
  done < <("${1/#\~/$HOME}" completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _madang madang
)";

// Loaded from a folder of $fpath its text is the function's; otherwise it is sourced after compinit.
constexpr auto zsh = R"(#compdef madang
# Completion of madang for zsh: source <(madang completion zsh)
_madang() {
  local line
  local -a found assigned
  for line in "${(@f)$("${(Q)words[1]/#\~/$HOME}" completion words -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) _files; return ;;
      *=$'\t'*) assigned+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
      *) found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
    esac
  done
  _describe madang found -- assigned -S ''
}
if [ "${funcstack[1]}" = _madang ]; then _madang "$@"; else compdef _madang madang; fi
)";

constexpr auto fish = R"(# Completion of madang for fish: madang completion fish | source
function __madang_words
    set -l typed (commandline -opc)
    set -l last (commandline -ct)
    for line in ($typed[1] completion words -- $typed[2..-1] "$last" 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path "$last"
        else
            printf '%s\n' "$line"
        end
    end
end
complete -c madang -f -a '(__madang_words)'
)";

int print_candidates(const CLI::App& program, const std::vector<std::string>& words) {
  const auto found = candidates(program, words);
  if (found.files) std::puts(":files");
  for (const auto& [word, help] : found.words) std::printf("%s\t%s\n", word.c_str(), help.c_str());
  return done;
}

}  // namespace

void add_completion(CLI::App& program, Chosen& chosen) {
  auto* command = program.add_subcommand("completion", "Print a script that lets TAB complete");
  command->require_subcommand(1);
  for (const auto& [shell, script] : {std::pair{"bash", bash}, {"zsh", zsh}, {"fish", fish}})
    command->add_subcommand(shell, std::string{"For "} + shell)->callback([&chosen, script] {
      chosen = [script] { return std::fputs(script, stdout) < 0 ? cannot : done; };
    });
  auto* asking = command->add_subcommand("words", "What these scripts ask")->group("");
  const auto words = std::make_shared<std::vector<std::string>>();
  asking->add_option("words", *words)->required();
  asking->callback([&program, &chosen, words] {
    chosen = [&program, words] { return print_candidates(program, *words); };
  });
  command->footer(
      "Examples:\n"
      "  source <(madang completion bash)             in ~/.bashrc\n"
      "  source <(madang completion zsh)              in ~/.zshrc, after compinit\n"
      "  madang completion fish | source              in ~/.config/fish/config.fish");
}

}  // namespace madang::app
