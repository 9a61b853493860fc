#!/usr/bin/env bash
# A dataset with everything wrong, as `cxr-distill check` lists it and training refuses it.
#   check_data_test.sh CXR_DISTILL CXR_PHANTOM
set -euo pipefail
distill=$1 phantom=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() { echo "check_data_test: $*" >&2; exit 1; }
has() { grep -qF -- "$2" "$1" || fail "$1 lacks: $2; it is: $(cat "$1")"; }

"$phantom" --out "$folder/data" --count 30 --size 96 2> /dev/null
cd "$folder"
row() { sed -n "$(($1 + 1))p" data/manifest.csv; }
refused() {
  if "$distill" student --data data --run run --size 64 --epochs 1 --batch 4 "${@:2}" 2> error; then
    fail "trained all the same: $1"
  fi
  has error "$1"
  [ ! -e run ] || fail "a run folder was left by: $1"
}

"$distill" check --data data --output sound.json > sound.txt
has sound.txt 'data: 30 images, 3 labels, which exclude each other'
for title in 'images that cannot be read' 'patients in several splits' 'files of the same bytes' \
  'copies and crops across splits' 'films that a model would refuse'; do
  has sound.txt "$title: 0"
done

# The first training and the first test film; split and patient are columns 3 and 5.
train=$(awk -F, '$3 == "train" { print $1; exit }' data/manifest.csv)
patient=$(awk -F, '$3 == "train" { print $5; exit }' data/manifest.csv)
test=$(awk -F, '$3 == "test" { print $1; exit }' data/manifest.csv)
cp data/manifest.csv sound.csv

awk -F, -v OFS=, -v file="$test" -v patient="$patient" '$1 == file { $5 = patient } { print }' \
  sound.csv > data/manifest.csv
refused "patient '$patient' is in train (row "
"$distill" check --data data > patients.txt
has patients.txt 'patients in several splits: 1'

cp sound.csv data/manifest.csv
cp "data/$test" kept.png
cp "data/$train" "data/$test"
refused 'hold the same bytes; expected no film in two splits'
"$distill" check --data data --no-copies > equal.txt
has equal.txt 'files of the same bytes: 1'
has equal.txt '; across splits'
has equal.txt 'copies and crops across splits: not looked for'
cp kept.png "data/$test"

# The same drawing, larger: other bytes.
number=$(awk -F, '$3 == "train" { print NR - 2; exit }' sound.csv)
"$phantom" --out again --count 30 --size 130 2> /dev/null
cp "again/$(sed -n "$((number + 2))p" again/manifest.csv | cut -d, -f1)" "data/$test"
echo nonsense > "data/$train.broken"
sed "s#^$(sed -n 30p sound.csv | cut -d, -f1),#$train.broken,#" sound.csv > data/manifest.csv
"$distill" check --data data --output wrong.json > wrong.txt
has wrong.txt 'copies and crops across splits: 1'
has wrong.txt ': copy, correlation '
has wrong.txt 'images that cannot be read: 1'
has wrong.json '"kind": "copy"'
cp kept.png "data/$test"
cp sound.csv data/manifest.csv

# Labels that cannot be taught, before a film is decoded or a folder made.
sed '2,$s/,[a-z]*,/,normal,/' sound.csv > data/manifest.csv
refused "its rows have one label alone, 'normal'"
cp sound.csv data/manifest.csv
if "$distill" student --data phantom-multi:30 --run run --size 64 --balance mean 2> error; then
  fail "several labels were sampled as classes"
fi
has error 'expected --balance auto, weights, focal or none'
[ ! -e run ] || fail "a run folder was left"
"$distill" student --data phantom-multi:30 --run run --size 64 --epochs 1 --batch 4 2> error
has run/options.json '"balance": "weights"'

# A column a label, semicolons, other names, no split; and nothing in memory.
awk -F, 'NR == 1 { print "path;id;lobar" } NR > 1 { print $1 ";" $5 ";" ($2 == "lobar") }' \
  sound.csv > data/films.csv
"$distill" student --data data/films.csv --file-column path --patient-column id --balance focal \
  --run columns --size 64 --epochs 1 --batch 4 --memory 0 2> error
has error 'read from disk as they are needed'
grep -q '"epoch":1' columns/metrics.jsonl || fail "nothing was trained"
