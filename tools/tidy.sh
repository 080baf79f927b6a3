#!/usr/bin/env bash
# clang-tidy on the changed sources (tools/changed.sh; in CI those of the last commit), as build/release
# compiles them. Where the time is too short, it says which files it left out.
set -euo pipefail
[ -f build/release/compile_commands.json ] || { echo "left out: build/release is not configured"; exit 0; }
if [ -n "${CI:-}" ]; then
  mapfile -t files < <(git diff --name-only --diff-filter=d HEAD~1 -- '*.cpp' 2>/dev/null)
else
  mapfile -t files < <(tools/changed.sh '*.cpp')
fi

tidy() {
  local limit=$((deadline - $(date +%s))) status=0
  if [ $limit -gt 25 ]; then limit=25; fi
  if [ $limit -gt 0 ]; then
    # -w: the compiler's own warnings are g++'s business, which builds it all.
    timeout $limit clang-tidy-19 -p build/release --quiet --extra-arg=-w "$1" 2>/dev/null || status=$?
  fi
  if [ $limit -le 0 ] || [ $status = 124 ]; then echo "left out, takes too long: $1"; return 0; fi
  [ $status = 0 ] || { echo "$1: clang-tidy is not content"; return 1; }
}
export -f tidy
deadline=$(($(date +%s) + 45))
export deadline
# What is generated is written one way for all members, and read by nobody.
printf '%s\n' "${files[@]}" | { grep -v '^contracts/generated/' || true; } | xargs -r -P "$(nproc)" -I{} bash -c 'tidy {}'
