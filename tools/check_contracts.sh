#!/usr/bin/env bash
# Checks the contracts: that what is generated from them is what is checked in, that code refuses with
# what problems.yaml says, that the linters agree, and that no published message has changed in a way its
# readers cannot follow.
#
#   tools/check_contracts.sh             all of it, and that a seeded violation is noticed
#   tools/check_contracts.sh --update    writes what is generated anew
#   tools/check_contracts.sh --offline   leaves the linters out
#
# The linters (redocly, buf) come from npm, pinned in tools/contracts/package-lock.json, into a cache of
# their own. Without npm they are left out and it says so; in CI npm is installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { printf 'check_contracts: %s\n' "$*"; }

# generate SOURCE INTO: everything that is generated from the contracts in the folder SOURCE.
generate() {
  tools/openapi_to_cpp.py --contract "$1/http" --into "$2/contracts/generated"
  tools/proto_to_cpp.py --contracts "$1" --into "$2"
}

# stale FRESH: names each file that differs from what is checked in, or is there for nothing.
stale() {
  local folder
  for folder in generated messages grpc; do
    diff -rq -x '*.proto' "$1/contracts/$folder" "contracts/$folder" | grep -v ': madang$'
  done || true
}

check_generated() {
  local found
  generate contracts "$work/fresh"
  found=$(stale "$work/fresh")
  [ -z "$found" ] || { printf '%s\n' "$found"; say "generated files are stale: tools/check_contracts.sh --update"; return 1; }
}

# A changed contract must be noticed in each kind of what is generated.
check_itself() {
  local found seeded
  cp -r contracts "$work/seeded"
  sed -i 's/^NewRental:$/&\n  description: Seeded./' "$work/seeded/http/rental/schemas.yaml"
  printf '\n// Seeded.\nmessage Seeded {}\n' | tee -a "$work/seeded/messages/madang/catalog/messages/v1/catalog.proto" \
    >>"$work/seeded/grpc/madang/payment/api/v1/payment.proto"
  generate "$work/seeded" "$work/changed"
  found=$(stale "$work/changed")
  for seeded in generated/openapi.json generated/rental/types.hpp messages/catalog_v1.hpp grpc/payment_api_v1.hpp; do
    grep -q "contracts/$seeded" <<<"$found" || { say "a change of $seeded went unnoticed"; return 1; }
  done
  sed -i 's/x-roles: \[customer\]/x-roles: [reader]/' "$work/seeded/http/rental/return.yaml"
  if tools/openapi_to_cpp.py --contract "$work/seeded/http" --into "$work/changed" 2>/dev/null; then
    say "a role that does not exist went unnoticed"
    return 1
  fi
}

# Puts the linters' folder into $linters; 1 when they cannot be had here.
linters=
find_linters() {
  local folder
  if ! command -v npm >/dev/null; then
    [ -n "${CI:-}" ] || return 1
    apt-get install -q -y --no-install-recommends nodejs npm >&2
  fi
  folder=${XDG_CACHE_HOME:-$HOME/.cache}/madang/contracts-$(sha256sum tools/contracts/package-lock.json | cut -c1-16)
  if [ ! -f "$folder/complete" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    cp tools/contracts/package.json tools/contracts/package-lock.json "$folder"
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >&2 || return 1
    touch "$folder/complete"
  fi
  linters=$folder/node_modules/.bin
}

lint() {
  local output
  export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true NO_COLOR=1
  output=$("$linters/redocly" lint --config contracts/redocly.yaml contracts/generated/openapi.json 2>&1) &&
    ! grep -q 'You have .* warning' <<<"$output" || { printf '%s\n' "$output"; say "redocly objects"; return 1; }
  (cd contracts && "$linters/buf" lint) || { say "buf objects"; return 1; }
}

# Against where this branch left main; on main itself, against the commit before.
check_breaking() {
  local trunk base
  trunk=$(git rev-parse -q --verify origin/main || git rev-parse -q --verify main || true)
  base=$(git merge-base "${trunk:-HEAD}" HEAD 2>/dev/null || true)
  [ "$base" != "$(git rev-parse HEAD)" ] || base=$(git rev-parse -q --verify HEAD~1 || true)
  if [ -z "$base" ] || ! git cat-file -e "$base:contracts/buf.yaml" 2>/dev/null; then
    say "no commit to compare the messages with: breaking changes are not looked for"
    return 0
  fi
  mkdir "$work/base"
  git archive "$base" contracts | tar -x -C "$work/base"
  (cd contracts && "$linters/buf" breaking --against "$work/base/contracts") ||
    { say "readers of these messages would break; add a field, or a new version"; return 1; }
}

case ${1:-} in
  --update)
    generate contracts .
    say "generated anew"
    exit 0
    ;;
  '' | --offline) ;;
  *)
    sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    exit 2
    ;;
esac

check_generated
check_itself
tools/check_slugs.py
tools/check_slugs.py --self-test
if [ "${1:-}" = --offline ]; then
  say "fresh (the linters were left out)"
elif find_linters; then
  lint
  check_breaking
  say "fresh, linted, compatible"
else
  say "fresh; redocly and buf were left out: npm is not installed, or its registry cannot be reached"
fi
