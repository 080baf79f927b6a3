#!/usr/bin/env bash
# Prints the files that differ from where this branch left main, untracked ones included; in CI
# (CI=true) and with --all: every tracked file. Arguments are git's path patterns: changed.sh '*.cpp'
set -euo pipefail
all=${CI:-}
if [ "${1:-}" = --all ]; then all=true; shift; fi
if [ -n "$all" ]; then
  git ls-files -- "$@"
else
  trunk=$(git rev-parse -q --verify origin/main || git rev-parse -q --verify main || echo HEAD)
  {
    git diff --name-only "$(git merge-base "$trunk" HEAD)" -- "$@"
    git ls-files --others --exclude-standard -- "$@"
  } | sort -u
fi | while read -r file; do
  [ ! -f "$file" ] || printf '%s\n' "$file"
done
