#!/usr/bin/env bash
# Formats the changed C++ files (tools/changed.sh); --all: every one; --check: only says which need it.
# Generated code keeps the form its generator gives it.
set -euo pipefail
how=(-i)
if [ "${1:-}" = --check ]; then how=(--dry-run -Werror); shift; fi
tools/changed.sh "$@" '*.hpp' '*.cpp' ':!contracts/generated' ':!contracts/messages' |
  xargs -r -P "$(nproc)" -n 20 clang-format-19 "${how[@]}"
