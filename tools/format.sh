#!/usr/bin/env bash
# Formats the changed C++ files (tools/changed.sh); --all: every one; --check: only names those that
# need it. Generated code keeps the form that its generator gives it.
set -euo pipefail
one='clang-format-19 -i "$1"'
if [ "${1:-}" = --check ]; then
  shift
  one='clang-format-19 "$1" | cmp -s - "$1" || { echo "$1 is not formatted: ./dev fmt"; exit 1; }'
fi
tools/changed.sh "$@" '*.hpp' '*.cpp' ':!contracts/generated' ':!contracts/grpc' ':!contracts/messages' |
  xargs -r -d '\n' -P "$(nproc)" -I{} bash -c "$one" format {}
