#!/usr/bin/env bash
# Folds, a search and the page of runs, on drawn phantoms, as a user runs them: what was stopped goes
# on, and ends as what was not.
#   search_folds_test.sh CXR_DISTILL
set -euo pipefail
distill=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() { echo "search_folds_test: $*" >&2; exit 1; }
refuses() { # SENTENCE COMMAND...
  local sentence=$1
  shift
  if "$@" > /dev/null 2> error; then fail "was not refused: $*"; fi
  grep -q -- "$sentence" error || fail "no clear error of $*: $(cat error)"
}

cat > config.toml <<'TOML'
[student]
data = "phantom:30"
size = 64
stride = 2
hidden = 8
epochs = 3
batch = 10
balance = "none"

[search]
trials = 3
seed = 5
learning-rate = "log-uniform(1e-4, 1e-2)"
augmentation = [0.0, 0.5]
TOML

# A search: three trials for an epoch, the best of them to the third.
"$distill" search --config config.toml --output whole > table 2> log
grep -q '^best by validation: whole/trial-00' table || fail "no best trial: $(cat table)"
grep -q 'learning-rate' table || fail "no options in the table"
[ "$(cat whole/trial-*/metrics.jsonl | wc -l)" = 5 ] || fail "not 1 + 1 + 3 epochs: $(wc -l whole/*/metrics.jsonl)"
[ -s whole/search.html ] || fail "no page of the search"
grep -q 'test:' log && fail "the search read the test split"
grep -q 'all about' log || fail "no time left of the whole search"
[ "$(grep -c '^train:' log)" = 1 ] || fail "the same images were drawn for every trial"

# Killed in the midst of the second trial, and again after its first rung.
"$distill" search --config config.toml --output broken > /dev/null 2>&1 &
pid=$!
while [ ! -e broken/trial-002/checkpoint.pt ]; do
  kill -0 $pid 2> /dev/null || break
  sleep 0.02
done
kill -9 $pid 2> /dev/null || true
wait $pid 2> /dev/null || true
"$distill" search --config config.toml --output broken > again 2> /dev/null
diff <(sed s/broken/whole/ again) table || fail "the search that went on differs"
sed -E 's/whole|broken//' whole/search.json > a
sed -E 's/whole|broken//' broken/search.json > b
cmp a b || fail "its file differs"
refuses 'this search has seed 5, not 6' "$distill" search --config config.toml --output whole --seed 6
refuses 'nothing to search' "$distill" search --data phantom:30 --output nothing
refuses -- '--learning-rate: 100; expected' "$distill" search --data phantom:30 --output nothing --learning-rate 100
[ ! -e nothing ] || fail "a search of nothing left a folder"

# A trial whose loss is no number any more is out, and the others go on.
"$distill" search --config config.toml --output diverging --trials 4 --method random \
  --learning-rate 10 1e-3 --augmentation 0 --seed 3 > table 2> log || fail "$(tail -3 log)"
grep -q 'best by validation' table || fail "no best trial beside a bad one: $(cat table)"
grep -q 'learning-rate 10 .*diverged' table || fail "no trial diverged: $(cat table)"

# Runs beside each other.
"$distill" compare-runs whole --output runs.html > lines
[ "$(wc -l < lines)" = 3 ] || fail "other than three runs: $(cat lines)"
grep -q 'trial-003' runs.html || fail "a run is missing on the page"
grep -q '<th scope="col">learning_rate</th>' runs.html || fail "no option that differs"
grep -q 'not validated on the same images' runs.html && fail "runs of the same images are told apart"
refuses 'no run; expected a run folder' "$distill" compare-runs "$folder/none" --output x.html
refuses 'named twice' "$distill" compare-runs whole/trial-001 whole --output x.html
# Three folds: each image held out once, by networks that go on after a stop.
"$distill" folds --config config.toml --output folds --folds 3 > /dev/null 2> log &
pid=$!
while [ ! -e folds/fold-2/checkpoint.pt ]; do
  kill -0 $pid 2> /dev/null || break
  sleep 0.02
done
kill -9 $pid 2> /dev/null || true
wait $pid 2> /dev/null || true
"$distill" folds --config config.toml --output folds --folds 3 > table 2> log || fail "$(tail -3 log)"
grep -q '^fold 3 ' table || fail "no third fold: $(cat table)"
grep -q '^all folds  *40 ' table || fail "not all 40 images are held out once: $(cat table)"
grep -q 'dealt out by image' table || fail "it is not said that phantoms have no patients"
grep -q 'intervals over 40 images (patients unknown)' table || fail "nor what the intervals are over"
tr -d ' \n' < folds/folds.json | grep -q '"all_folds":{"images":40,"intervals_over":{"patients":0,"images_without_patient":40}' ||
  fail "folds.json does not say what its intervals are over: $(head -c 300 folds/folds.json)"
[ "$(wc -l < folds/predictions.csv)" = 41 ] || fail "not a row an image: $(wc -l < folds/predictions.csv)"
[ "$(cut -d, -f1 folds/predictions.csv | sort -u | wc -l)" = 41 ] || fail "an image is held out twice"
[ -s folds/folds.html ] || fail "no page of the folds"
refuses 'this run has fold' "$distill" folds --config config.toml --output folds --folds 4
refuses 'perhaps on images that are held out here' \
  "$distill" student --config config.toml --fold 1/3 --soft-labels-from whole/trial-001 --run guided
# The folder of folds as a guide is that fold's run.
"$distill" student --config config.toml --epochs 1 --fold 2/3 --soft-labels-from folds/fold-2 --run guided 2> log \
  || fail "a guide of the same fold is refused: $(cat log)"

# Every epoch stands in the events for TensorBoard once.
for run in whole/trial-00{1,2,3} broken/trial-002; do
  [ -s "$run"/events.out.tfevents.thoraxlite ] || fail "no events in $run"
done
[ "$(stat -c %s whole/trial-002/events*)" = "$(stat -c %s broken/trial-002/events*)" ] \
  || fail "the events of a run that went on are others"
echo "search_folds_test: passed"
