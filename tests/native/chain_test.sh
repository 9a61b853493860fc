#!/usr/bin/env bash
# The whole chain on drawn phantoms, as a user runs it: train, kill -9, resume, export, evaluate.
# The resumed run must give the metrics of an unbroken one.
#   chain_test.sh CXR_DISTILL CXR_SCREEN
set -euo pipefail
distill=$1 screen=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
options=(--data phantom:180 --size 64 --epochs 3 --batch 16 --learning-rate 4e-3 --balance none)

fail() { echo "chain_test: $*" >&2; exit 1; }
# Seconds differ from run to run; nothing else may.
metrics() { sed -E 's/,"seconds":[^,}]*//' "$1/metrics.jsonl"; }

"$distill" student "${options[@]}" --run "$folder/unbroken"

"$distill" student "${options[@]}" --run "$folder/broken" &
pid=$!
while [ ! -e "$folder/broken/checkpoint.pt" ]; do
  kill -0 $pid 2>/dev/null || fail "training ended before its first checkpoint"
  sleep 0.05
done
kill -9 $pid
wait $pid 2>/dev/null || true
[ "$(wc -l < "$folder/broken/metrics.jsonl")" -lt 3 ] || fail "the run was over before it was killed"
"$distill" student "${options[@]}" --run "$folder/broken"
diff <(metrics "$folder/unbroken") <(metrics "$folder/broken" | awk -F'[:,]' '{line[$2]=$0} END {for (e = 1; e in line; ++e) print line[e]}') \
  || fail "the resumed run differs from the unbroken one"

if "$distill" student "${options[@]}" --seed 2 --run "$folder/broken" 2> "$folder/error"; then
  fail "other options went on with another run"
fi
grep -q 'this run has seed 1, not 2' "$folder/error" || fail "no clear error: $(cat "$folder/error")"

"$distill" export --run "$folder/broken" --output "$folder/model.safetensors" --name phantom-student
"$distill" evaluate --model "$folder/model.safetensors" --data phantom:180 --output "$folder/test.json"
grep -q '"accuracy_95"' "$folder/test.json" || fail "no intervals in the evaluation"
"$screen" --model "$folder/model.safetensors" --format json "$folder/model.safetensors" > "$folder/rows" && fail "a model file was screened as an image"
grep -q '"status":"error"' "$folder/rows" || fail "no row for an unreadable file"

if "$distill" evaluate --model "$folder/test.json" --data phantom:180 2> "$folder/error"; then
  fail "a JSON file was taken for a model"
fi
grep -q 'the model is refused' "$folder/error" || fail "no clear error: $(cat "$folder/error")"
echo "chain_test: passed"
