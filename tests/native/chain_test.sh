#!/usr/bin/env bash
# Everything on drawn phantoms, as a user runs it: train, kill -9, resume, export, evaluate; two
# processes; and the whole chain with its report and its ablation.
# The resumed run must give the metrics of an unbroken one.
#   chain_test.sh CXR_DISTILL CXR_SCREEN PHANTOM_TOML
set -euo pipefail
distill=$1 screen=$2 config=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
options=(--data phantom:180 --size 64 --epochs 3 --batch 16 --learning-rate 4e-3 --balance none
  --mean 0.449 --deviation 0.226)

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
diff <(metrics "$folder/unbroken") <(metrics "$folder/broken") \
  || fail "the resumed run differs from the unbroken one"

if "$distill" student "${options[@]}" --seed 2 --run "$folder/broken" 2> "$folder/error"; then
  fail "other options went on with another run"
fi
grep -q 'this run has seed 1, not 2' "$folder/error" || fail "no clear error: $(cat "$folder/error")"

for wrong in '--arch nonsense' '--freeze conv7' '--arch inception_v3 --size 64' '--labelled 0.5'; do
  # shellcheck disable=SC2086 # two options or four
  if "$distill" student --data phantom:30 --run "$folder/wrong" $wrong 2> "$folder/error"; then
    fail "$wrong was trained"
  fi
  grep -qE 'no architecture nonsense|no such layer; it has conv1|needs at least 75 pixels|are all labelled' "$folder/error" || fail "no clear error: $(cat "$folder/error")"
  [ ! -e "$folder/wrong" ] || fail "$wrong left a run folder"
done

"$distill" export --run "$folder/broken" --output "$folder/model.safetensors" --name phantom-student --neither normal
grep -aqE '\\"mean\\":0\.449[0-9]*,\\"std\\":0\.226' "$folder/model.safetensors" || fail "the card has another normalisation"
for key in neither threshold_95 evidence_inside_lungs; do
  grep -aq "\\\\\"$key\\\\\"" "$folder/model.safetensors" || fail "the card has no $key"
done
if "$distill" export --run "$folder/broken" --output "$folder/x" --name x --neither nothing 2> "$folder/error"; then
  fail "a label that is not there was taken for none of the others"
fi
grep -q 'has no such label' "$folder/error" || fail "no clear error: $(cat "$folder/error")"
"$distill" evaluate --model "$folder/model.safetensors" --data phantom:180 --output "$folder/test.json"
grep -q '"accuracy_95"' "$folder/test.json" || fail "no intervals in the evaluation"
"$screen" --model "$folder/model.safetensors" --format json "$folder/model.safetensors" > "$folder/rows" && fail "a model file was screened as an image"
grep -q '"status":"error"' "$folder/rows" || fail "no row for an unreadable file"

"$distill" evidence --model "$folder/model.safetensors" --films 10 --output "$folder/evidence.json" > "$folder/table"
grep -q '^lobar' "$folder/table" || fail "no evidence for the lobar opacity: $(cat "$folder/table")"
grep -q '"maximum_on_opacity_95"' "$folder/evidence.json" || fail "no interval of the evidence"

if "$distill" evaluate --model "$folder/test.json" --data phantom:180 2> "$folder/error"; then
  fail "a JSON file was taken for a model"
fi
grep -q 'the model is refused' "$folder/error" || fail "no clear error: $(cat "$folder/error")"
# Two processes, each with half of every batch; the first one writes. Without c10d there is one
# sentence about it.
port=$((20000 + RANDOM % 20000))
for rank in 0 1; do
  WORLD_SIZE=2 RANK=$rank LOCAL_RANK=$rank LOCAL_WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=$port \
    "$distill" student --data phantom:60 --size 64 --epochs 2 --batch 16 --balance none \
    --run "$folder/parallel" 2> "$folder/rank$rank" &
done
if wait -n && wait -n; then
  [ "$(wc -l < "$folder/parallel/metrics.jsonl")" = 2 ] || fail "two processes wrote other than two epochs"
else
  wait
  grep -q 'built without' "$folder/rank0" || fail "two processes: $(cat "$folder/rank0" "$folder/rank1")"
  echo "chain_test: two processes skipped: LibTorch has no c10d here"
fi

# All three stages and what comes of them; the ablation then finds four of its rows trained.
(cd "$folder" && "$distill" run --config "$config" --output phantom)
seed=$folder/phantom/seed-1
for file in phantom.safetensors phantom-assistant.safetensors report.html evaluation.json; do
  [ -s "$seed/$file" ] || fail "the experiment left no $file"
done
rm "$seed/student/features.cache"
(cd "$folder" && "$distill" run --config "$config" --output phantom --no-examples) > /dev/null 2> "$folder/again" \
  || fail "a finished experiment is not passed over: $(cat "$folder/again")"
grep -q 'epoch 1/' "$folder/again" && fail "a finished experiment was trained again"
[ ! -e "$seed/student/features.cache" ] || fail "a finished student's guide was asked again"
for arch in inception_v3 densenet121; do
  grep -qa "$arch" "$seed/phantom.safetensors" || fail "the student's card does not tell of its $arch"
done
for name in phantom phantom-assistant; do
  "$screen" --model "$seed/$name.safetensors" --format json "$folder/model.safetensors" > /dev/null && fail "$name took a model for an image"
done
(cd "$folder" && "$distill" ablation --config "$config" --output phantom) > "$folder/table"
for row in 'assistant alone' 'student alone' 'student from teacher' 'student from assistant'; do
  grep -q "^$row" "$folder/table" || fail "the ablation has no row $row"
done
[ -s "$folder/phantom/ablation.html" ] || fail "the ablation left no page"
echo "chain_test: passed"
