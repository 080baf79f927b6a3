#!/usr/bin/env bash
# run_one.sh BUILD_FOLDER TARGET SECONDS: lets libFuzzer make up inputs for a target, beginning with its seeds and with
# what earlier runs found worth keeping. Prints one line; a finding fails, with its end of the log.
set -euo pipefail
build=$1 target=$2 seconds=$3
folder=$build/found/$target
mkdir -p "$folder/seeds" "$folder/corpus"
"$build/bin/$target" --seeds "$folder/seeds"
if "$build/bin/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1 \
  -artifact_prefix="$folder/" "$folder/corpus" "$folder/seeds" >"$folder/log" 2>&1; then
  printf '%-20s %s inputs in %s s, no finding\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/log")" "$seconds"
else
  tail -n 40 "$folder/log"
  printf '%-20s FAILED: the input and the log are in %s\n' "$target" "$folder"
  exit 1
fi
