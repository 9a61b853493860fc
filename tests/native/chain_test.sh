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
[ "$(wc -l < "$folder/broken/metrics.jsonl")" -lt 2 ] || fail "the run was over before it was killed"
# Gone on with, and told to end within its last epoch.
"$distill" student "${options[@]}" --run "$folder/broken" 2> "$folder/terminated" &
pid=$!
while [ "$(wc -l < "$folder/broken/metrics.jsonl")" -lt 2 ]; do
  kill -0 $pid 2>/dev/null || fail "training ended before its second epoch: $(cat "$folder/terminated")"
  sleep 0.05
done
kill -STOP $pid
"$distill" student "${options[@]}" --run "$folder/broken" 2> "$folder/error" && fail "two processes trained in one folder"
grep -q "process $pid is training in this folder" "$folder/error" || fail "no clear error: $(cat "$folder/error")"
kill -TERM $pid
kill -CONT $pid
code=0
wait $pid || code=$?
[ $code = 143 ] || fail "exit code $code after SIGTERM: $(cat "$folder/terminated")"
grep -q 'terminated after .*the same command goes on from there' "$folder/terminated" || fail "no clear end: $(cat "$folder/terminated")"
"$distill" student "${options[@]}" --run "$folder/broken"
[ "$(grep -c '"date"' "$folder/broken/options.json")" = 3 ] || fail "options.json does not tell of three starts"
diff <(metrics "$folder/unbroken") <(metrics "$folder/broken") \
  || fail "the resumed run differs from the unbroken one"

if "$distill" student "${options[@]}" --seed 2 --run "$folder/broken" 2> "$folder/error"; then
  fail "other options went on with another run"
fi
grep -q 'this run has seed 1, not 2' "$folder/error" || fail "no clear error: $(cat "$folder/error")"
"$distill" student "${options[@]/#3/4}" --run "$folder/broken"
[ "$(wc -l < "$folder/broken/metrics.jsonl")" = 4 ] || fail "a finished run did not go on for another epoch"

for wrong in '--arch nonsense' '--freeze conv7' '--arch inception_v3 --size 64' '--labelled 0.5'; do
  # shellcheck disable=SC2086 # two options or four
  if "$distill" student --data phantom:30 --run "$folder/wrong" $wrong 2> "$folder/error"; then
    fail "$wrong was trained"
  fi
  grep -qE 'no architecture nonsense|no such layer; it has conv1|needs at least 75 pixels|are all labelled' "$folder/error" || fail "no clear error: $(cat "$folder/error")"
  [ ! -e "$folder/wrong" ] || fail "$wrong left a run folder"
done

"$distill" export --run "$folder/broken" --output "$folder/model.safetensors" --name phantom-student --neither normal \
  --intended-use 'Nothing but drawn films.' --licence CC0-1.0 --citation 'Phantoms, 2026' --subgroups source
grep -aqE '\\"mean\\":0\.449[0-9]*,\\"std\\":0\.226' "$folder/model.safetensors" || fail "the card has another normalisation"
for key in neither threshold_95 operating_sets evidence_inside_lungs intended_use licence citation subgroups; do
  grep -aq "\\\\\"$key\\\\\"" "$folder/model.safetensors" || fail "the card has no $key"
done
if "$distill" export --run "$folder/broken" --output "$folder/x.safetensors" --name x --neither nothing 2> "$folder/error"; then
  fail "a label that is not there was taken for none of the others"
fi
grep -q 'has no such label' "$folder/error" || fail "no clear error: $(cat "$folder/error")"
"$distill" export --run "$folder/broken" --output "$folder/x.onnx" --name x 2> "$folder/error" && fail "safetensors were written as ONNX"
grep -q 'expected a name that ends in .safetensors' "$folder/error" || fail "no clear error: $(cat "$folder/error")"
"$distill" evaluate --model "$folder/model.safetensors" --data phantom:180 --subgroups source \
  --output "$folder/test.json" --predictions "$folder/test.csv"
for key in accuracy_95 revision date 'dataset": "phantom:180' policy images_without_patient subgroups brier_score_95; do
  grep -q "\"$key\"" "$folder/test.json" || fail "no $key in the evaluation"
done
# The same figures from the predictions alone; thresholds, and further sets of them, are the model's.
"$distill" figures --predictions "$folder/test.csv" --subgroups source --output "$folder/again.json" > "$folder/table"
figures_of() { sed -n '/"overall"/,$p' "$1" | sed '/"operating_sets"/,$d' | grep -v '"threshold"' | sed '/^}$/d; s/,$//'; }
diff <(figures_of "$folder/test.json") <(figures_of "$folder/again.json") || fail "other figures from the predictions"
# A film with one of two labels that exclude nothing, for a model of three that do.
"$distill" evaluate --model "$folder/model.safetensors" --data phantom-multi:30 --output "$folder/external.json" > "$folder/table"
grep -q "data lacks, scored but in no figure: 'normal'" "$folder/table" || fail "a label that the data lacks is not listed"
grep -q '"unknown": 10,' "$folder/external.json" || fail "a label that the data lacks is not unknown"
printf 'model,data\nlobar,Lobar\n' > "$folder/map.csv"
for wrong in "--labels-map $folder/map.csv" '--subgroups sex'; do
  # shellcheck disable=SC2086 # an option and its value
  if "$distill" evaluate --model "$folder/model.safetensors" --data phantom-multi:30 $wrong 2> "$folder/error"; then
    fail "$wrong was taken"
  fi
  grep -qE "'lobar' with 'Lobar'|no image has a value of it" "$folder/error" || fail "no clear error: $(cat "$folder/error")"
done
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
# Every network has been calibrated alike, the teacher too.
sed -n '/"teacher"/,/"assistant"/p' "$seed/evaluation.json" | grep '"threshold"' | grep -qv ' 0.5,' \
  || fail "the teacher is judged at 0.5"
for stage in teacher assistant student; do
  "$distill" figures --predictions "$seed/predictions-$stage.csv" > "$folder/table"
  grep -q '^accuracy' "$folder/table" || fail "no figures from the $stage's predictions"
done
for file in "$seed/evaluation.json" "$seed/report.html" "$folder/phantom/seeds.json"; do
  grep -q 'every network calibrated on the validation split alone' "$file" || fail "$file does not say its policy"
done
[ ! -e "$seed/student/features.cache" ] || fail "the cache of a trained student's guide was kept"
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
# Extended by a seed and stopped within it, it has what there is and names the rest; then it goes on.
ablation=("$distill" ablation --config "$config" --output "$folder/phantom" --seeds 2 --vary student)
"${ablation[@]}" > "$folder/table" 2> "$folder/log" &
pid=$!
until [ -e "$folder/phantom/seed-2/student-from-teacher/checkpoint.pt" ]; do
  kill -0 $pid 2>/dev/null || fail "the ablation ended before its second seed: $(cat "$folder/log")"
  sleep 0.05
done
kill -TERM $pid
code=0
wait $pid || code=$?
[ $code = 143 ] || fail "exit code $code of a stopped ablation: $(cat "$folder/log")"
for row in 'student from teacher' 'student from assistant'; do
  grep -q "^Not run yet: $row, seed 2" "$folder/table" || fail "the table does not say that $row is missing"
  grep -q "Not run yet: .*$row, seed 2" "$folder/phantom/ablation.html" || fail "nor does the page"
done
grep -q '^Not run yet: student alone, seed 2' "$folder/table" && fail "what is trained is called missing"
"${ablation[@]}" > "$folder/table" 2> "$folder/log" || fail "the ablation does not go on: $(cat "$folder/log")"
grep -q 'Not run yet' "$folder/table" && fail "a whole ablation lacks something"
for key in '"seed": 2' '"metrics_sha256"' '"dataset": "phantom:90"'; do
  grep -q "$key" "$folder/phantom/ablation.json" || fail "the ablation does not tell $key"
done
digest=$(sha256sum "$folder/phantom/seed-2/student/metrics.jsonl" | cut -d' ' -f1)
grep -q "$digest" "$folder/phantom/ablation.json" || fail "the ablation has not the digest of a log"

# A network that makes no model file is in the report all the same.
printf '[run]\ndata = "phantom:48"\n' > "$folder/unpacked.toml"
while read -r role arch; do
  printf '[%s]\narch = "%s"\nsize = 64\nepochs = 2\nbatch = 8\nbalance = "none"\n' "$role" "$arch" >> "$folder/unpacked.toml"
done <<< $'teacher student\nassistant efficientnet_b0\nstudent student'
"$distill" run --config "$folder/unpacked.toml" --output "$folder/unpacked" 2> "$folder/log" || fail "run: $(cat "$folder/log")"
grep -q 'assistant: efficientnet_b0 cannot be exported; the report has it as LibTorch scores it' "$folder/log" \
  || fail "no word of it: $(cat "$folder/log")"
grep -q '<h2>assistant</h2>' "$folder/unpacked/seed-1/report.html" || fail "the report lacks the assistant"
[ -s "$folder/unpacked/seed-1/unpacked.safetensors" ] || fail "the student was not exported"
[ ! -e "$folder/unpacked/seed-1/unpacked-assistant.safetensors" ] || fail "an EfficientNet became a model file"
echo "chain_test: passed"
