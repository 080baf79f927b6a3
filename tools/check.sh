#!/usr/bin/env bash
# The checks that need no built program, in under a minute; `./dev check` and the pre-commit hook run
# them. All of them run; the exit code says whether all passed.
set -uo pipefail
failed=0

# step NAME COMMAND…: quiet when it passes, its whole output when it does not.
step() {
  local name=$1 start=${EPOCHREALTIME/./} output
  shift
  if output=$("$@" 2>&1); then
    printf 'ok      %-14s %5d ms  %s\n' "$name" $(((${EPOCHREALTIME/./} - start) / 1000)) \
      "$(printf '%s' "$output" | tail -n 1 | cut -c1-120)"
  else
    printf 'FAILED  %s\n%s\n' "$name" "$output"
    failed=1
  fi
}

step format tools/format.sh --check
for checker in files layers docs security; do
  step "$checker" tools/check_$checker.py
  step "$checker, self" tools/check_$checker.py --self-test
done
step requirements tools/requirements.py
step "requirements, self" tools/requirements.py --self-test
[ ! -x tools/check_contracts.sh ] || step contracts tools/check_contracts.sh
step tidy tools/tidy.sh
exit $failed
