#!/usr/bin/env bash
# A network from elsewhere as a teacher, as a user has it: of films that nobody labelled, of films with
# labels by other names, and what is refused.
#   teacher_file_test.sh CXR_DISTILL CXR_SCREEN CXR_PHANTOM WEIGHTS
set -euo pipefail
distill=$1 screen=$2 phantom=$3 weights=$4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() { echo "teacher_file_test: $*" >&2; exit 1; }
refuses() { # SENTENCE COMMAND...
  local sentence=$1
  shift
  if "$@" > /dev/null 2> error; then fail "was not refused: $*"; fi
  grep -q -- "$sentence" error || fail "no clear error of $*: $(cat error)"
}

# Somebody's network, in another program's format, which says its labels and input itself.
"$distill" student --data phantom:180 --size 64 --epochs 4 --batch 16 --learning-rate 4e-3 \
  --balance none --run theirs > /dev/null 2>&1
"$distill" export --run theirs --output theirs.safetensors --name theirs > /dev/null 2>&1
"$distill" export --format onnx --model theirs.safetensors --output theirs.onnx > /dev/null
"$phantom" --out drawn --count 90 --size 80 > /dev/null
mkdir films
mv drawn/images/*.png films
echo "of nobody" > films/notes.txt

# What is wrong with films needs no list to be seen.
"$distill" check --data films --no-copies > checked 2> /dev/null || fail "no check of a folder"
grep -q 'labels: none' checked || fail "labels of a folder without a list: $(cat checked)"

# From films that nobody labelled, with nothing said but the two of them: training, export, report.
cat > chain.toml <<'TOML'
[assistant]
arch = "student"
size = 64
stride = 2
epochs = 1
batch = 16
[student]
size = 64
stride = 2
epochs = 6
batch = 16
learning-rate = 4e-3
temperature = 2
TOML
"$distill" run --config chain.toml --teacher theirs.onnx --data films --output ours > said 2> log \
  || fail "no run: $(cat log)"
grep -q 'films: 90 films without a list; 1 other files are left out' log || fail "films not counted: $(cat log)"
grep -q 'student: with the teacher, agreement on' said || fail "no agreement: $(cat said)"
# Its scores come together, as those of a network of this project do.
grep -q '"soften": "sigmoid"' ours/seed-1/student/options.json || fail "a softmax of findings"
grep -q '"agreement":0\.' ours/seed-1/student/metrics.jsonl || fail "an epoch without agreement"
grep -q '"agreement_with_teacher"' ours/seed-1/evaluation.json || fail "no agreement in JSON"
grep -q 'no label of any film is known' ours/seed-1/evaluation.json || fail "no policy"
grep -q '<h2>Agreement with the teacher</h2>' ours/seed-1/report.html || fail "no agreement in the report"
grep -q 'mean AUROC' ours/seed-1/report.html && fail "a figure of films without labels"
grep -aq 'not_known' ours/seed-1/ours.safetensors || fail "the card does not say what is not known"
"$screen" --model ours/seed-1/ours.safetensors films/*.png > table
grep -q 'on no film was it calibrated or a threshold measured' table || fail "called measured: $(head -2 table)"
# The student learned: what it says goes with what the teacher says.
node - ours/seed-1/evaluation.json <<'JS' || fail "it did not learn: $(cat ours/seed-1/evaluation.json)"
const agreement = JSON.parse(require('fs').readFileSync(process.argv[2])).agreement_with_teacher.student;
const ranks = agreement.labels.map((label) => label.rank_correlation.value);
if (!(Math.max(...ranks) > 0.5) || agreement.films < 10) process.exit(1);
JS
grep -q '"file": "theirs.onnx"' ours/seed-1/evaluation.json || fail "no teacher in the figures"
# Again is no more work; another teacher is another folder.
"$distill" run --config chain.toml --teacher theirs.onnx --data films --output ours > again 2> /dev/null
diff <(grep -A99 "with the teacher" said) <(grep -A99 "with the teacher" again) || fail "the same again says otherwise"
refuses 'was begun with another teacher than' \
  "$distill" run --config chain.toml --teacher theirs.safetensors --data films --output ours
refuses 'was begun with another teacher than' \
  "$distill" run --config chain.toml --teacher theirs.onnx --teacher-labels x,y,z --data films --output ours

# Labels by other names, of which the student learns those that both have.
sed -e 's/,normal,/,Normal,/; s/,lobar,/,Lobar,/; s/,diffuse,/,Diffuse,/' -e 's|^images/|films/|' drawn/manifest.csv > listed.csv
printf 'model,data\nnormal,Normal\nlobar,Lobar\n' > map.csv
refuses "expected some of the same name, or --labels-map" \
  "$distill" student --teacher theirs.onnx --data listed.csv --run refused
refuses "its labels lack 'Normal' of the data" \
  "$distill" student --teacher theirs.onnx --data listed.csv --labels Normal,Lobar --run refused
"$distill" student --teacher theirs.onnx --labels-map map.csv --data listed.csv --size 64 --stride 2 \
  --epochs 1 --batch 16 --map-weight 0 --run refused > /dev/null 2> log || fail "no student: $(cat log)"
grep -q 'learned: Normal, Lobar, which the teacher has too' log || fail "not said what is learned: $(cat log)"
grep -q '"features_from": ""' refused/options.json || fail "maps are followed at a weight of 0"

# The whole chain so, of a softmax, with films that have labels.
sed 's/activation\\":\\"sigmoid/activation\\":\\"softmax/' theirs.safetensors > shares.safetensors
cmp -s theirs.safetensors shares.safetensors && fail "no softmax was made"
printf 'model,data\nnormal,Normal\nlobar,Lobar\ndiffuse,Diffuse\n' > three.csv
"$distill" run --config chain.toml --teacher shares.safetensors --labels-map three.csv \
  --data listed.csv --output labelled > said 2> log || fail "no run: $(cat log)"
grep -q 'scores are of two kinds: their differences say nothing' said || fail "a softmax is compared: $(cat said)"
grep -q '"soften": "softmax"' labelled/seed-1/student/options.json || fail "a sigmoid of shares"
head -1 labelled/seed-1/predictions-teacher.csv | grep -q 'Normal target' || fail "the teacher by other names"
"$distill" compare labelled/seed-1/predictions-teacher.csv labelled/seed-1/predictions-student.csv > /dev/null \
  || fail "teacher and student cannot be compared"
refuses 'each score is a share of all' "$distill" student --teacher shares.safetensors \
  --data films --labels normal,lobar --run refused1

# A label that the data calls by the name of another one of the teacher's.
printf 'model,data\ndiffuse,lobar\nlobar,other\n' > crossed.csv
awk -F, 'NR == 1 { print "file,split,lobar"; next } { print $1 "," $3 "," ($2 == "Diffuse" ? 1 : 0) }' listed.csv > one.csv
"$distill" run --config chain.toml --teacher theirs.safetensors --labels-map crossed.csv --data one.csv \
  --output crossed > said 2> log || fail "no run: $(cat log)"
"$distill" evaluate --model theirs.safetensors --data listed.csv --labels-map three.csv --predictions whole.csv > /dev/null 2>&1
node - whole.csv crossed/seed-1/predictions-teacher.csv <<'JS' || fail "the teacher's scores are of another label"
const read = (file, column) => {
  const [head, ...rows] = require('fs').readFileSync(file, 'utf8').trim().split(/\r?\n/).map((row) => row.split(','));
  return new Map(rows.map((row) => [row[0], Number(row[head.indexOf(column)])]));
};
const [, , whole, teacher] = process.argv;
const expected = read(whole, 'diffuse score');
const given = [...read(teacher, 'lobar score')];
if (given.length < 10 || given.some(([file, score]) => score !== expected.get(file))) process.exit(1);
JS

# What cannot teach.
printf 'model,data\nfracture,Normal\n' > wrong.csv
refuses "the teacher has no label 'fracture'; it has normal, lobar, diffuse" \
  "$distill" student --teacher theirs.onnx --labels-map wrong.csv --data listed.csv --run refused2
refuses 'sees what a network of lungs shows it' \
  "$distill" student --teacher "$weights/covid.safetensors" --data films --run refused3
refuses 'a model file says its own --teacher-labels' \
  "$distill" student --teacher theirs.safetensors --teacher-labels x,y,z --data films --run refused3
refuses 'requires --teacher' "$distill" student --labels-map map.csv --data listed.csv --run refused3
awk -F, 'NR == 1 { print "file,split,Normal"; next } { print $1 "," $3 "," ($3 == "train" ? ($2 == "Normal") : "") }' \
  listed.csv > half.csv
refuses 'training images have labels, and no validation image has' \
  "$distill" student --teacher theirs.onnx --labels-map map.csv --data half.csv --run refused3
refuses 'both say who teaches' \
  "$distill" student --teacher theirs.onnx --soft-labels-from theirs --data films --run refused4
refuses 'no dataset' "$distill" student --data films --run refused5
echo "not a network" > text.onnx
refuses 'text.onnx: ' "$distill" student --teacher text.onnx --data films --run refused6
