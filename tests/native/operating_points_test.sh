#!/usr/bin/env bash
# Sets of thresholds from a run folder to the command line, on drawn films of people with ages: which there
# are, by how many films they were chosen, what they are worth on test films, and what is left out.
#   operating_points_test.sh CXR_DISTILL CXR_PHANTOM CXR_SCREEN NODE
set -euo pipefail
distill=$1 phantom=$2 screen=$3 node=$4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() { echo "operating_points_test: $*" >&2; exit 1; }

"$phantom" --out films --count 210 --size 64 2> /dev/null
# Of 64 validation films 21 are of children and 3 of nobody knows whom; of adults 20 are normal, 20 lobar
# and 3 diffuse.
cat > plan <<'PLAN'
normal train 20 40
lobar train 20 40
diffuse train 20 40
normal val 20 40
lobar val 17 40
lobar val 3 -
diffuse val 3 40
normal val 3 8
lobar val 1 8
diffuse val 17 8
normal test 8 40
lobar test 8 40
diffuse test 8 8
PLAN
awk -v OFS=, '
  NR == FNR { split($0, cell, ","); if (FNR > 1) file[cell[2], ++there[cell[2]]] = cell[1]; next }
  FNR == 1 { print "file,label,split,source,patient,age" }
  { for (i = 0; i < $3; ++i) print file[$1, ++used[$1]], $1, $2, "made", "p" ++patient, $4 == "-" ? "" : $4 }
' films/manifest.csv plan > list.csv
mv list.csv films/manifest.csv
grep -q '^,' films/manifest.csv && fail "too few films were drawn: $(cat films/manifest.csv)"

"$distill" student --data films --size 64 --stride 2 --epochs 1 --batch 16 --balance none --run run 2> /dev/null
"$distill" export --run run --name sets --neither normal --type float32 --output sets.safetensors > table 2> log || fail "$(cat log)"
for set in youden sensitivity_90 sensitivity_95; do
  grep -qF "$set/adults: no threshold for 'diffuse', of which validation has 3 images with it and 40 without; expected 20 of each" log ||
    fail "no word of the label that lacks films: $(cat log)"
done
grep -q "sensitivity_90: no threshold" log && fail "too few of all: $(cat log)"

first=films/$(sed -n '2s/,.*//p' films/manifest.csv)
"$screen" --model sets.safetensors --operating-point list "$first" 2> error && fail "there is no operating point list"
grep -qF 'it has youden, sensitivity_90, sensitivity_95, youden/adults, sensitivity_90/adults, sensitivity_95/adults.' error ||
  fail "not the sets that were wanted: $(cat error)"
"$screen" --model sets.safetensors --operating-point sensitivity_95/adults --show-anyway --format json "$first" > row 2> /dev/null
"$distill" evaluate --model sets.safetensors --data films --output test.json > table
"$distill" evaluate --model sets.safetensors --data films --split val --output val.json > table

cat > check.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
const bytes = readFileSync("sets.safetensors");
const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))));
const card = JSON.parse(header.__metadata__.card);
const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const [row, test, val] = ["row", "test.json", "val.json"].map(read);
assert.deepEqual(card.evaluation.val.ages, { children: 21, adults: 40, unknown: 3 });
assert.deepEqual(card.evaluation.test.ages, { children: 8, adults: 16, unknown: 0 });
const name = ({ name, population }) => (population === "all" ? name : `${name}/${population}`);
const find = (list, wanted) => list.find((set) => name(set) === wanted);
for (const set of card.operating_sets) {
  const adults = set.population === "adults";
  for (const point of set.points) {
    const few = adults && point.label === "diffuse";
    assert.equal(point.cases, adults ? 43 : 64);
    assert.equal(point.threshold === undefined, few, `${name(set)} ${point.label}`);
    if (few) continue;
    const least = { youden: 0, sensitivity_90: 0.9, sensitivity_95: 0.95 }[set.name];
    assert.ok(point.sensitivity >= least - 1e-6); // a float32
    assert.ok(point.threshold_95.low <= point.threshold && point.threshold <= point.threshold_95.high);
  }
  // A higher sensitivity asks for a threshold that is no higher.
  if (set.name !== "sensitivity_95") continue;
  const lower = find(card.operating_sets, name(set).replace("95", "90"));
  set.points.forEach(({ threshold }, i) => assert.ok(!(threshold > lower.points[i].threshold)));
}
// Measured on test films: 24 of all, 16 of adults; the default's figures are the split's own.
for (const set of card.evaluation.test.operating_sets) {
  const adults = set.population === "adults";
  assert.deepEqual(set.findings.map(({ label }) => label).sort(), adults ? ["lobar", "normal"] : ["diffuse", "lobar", "normal"]);
  const films = (one) => one.true_positives + one.false_negatives + one.false_positives + one.true_negatives;
  for (const one of set.findings) assert.equal(films(one), 24);
  for (const one of set.adults.findings) assert.equal(films(one), 16);
  assert.deepEqual(find(test.operating_sets, name(set)), set, "evaluate says the same as the card");
}
const [lobar] = test.findings.filter(({ label }) => label === "lobar");
const [same] = find(test.operating_sets, "youden").findings.filter(({ label }) => label === "lobar");
for (const [key, value] of Object.entries(same)) assert.deepEqual(value, lobar[key], key);
// As the core calls the films that a threshold was chosen by, but for float16.
const [of] = find(val.operating_sets, "sensitivity_90").findings.filter(({ label }) => label === "lobar");
const point = find(card.operating_sets, "sensitivity_90").points.find(({ label }) => label === "lobar");
assert.ok(Math.abs(of.true_positives - point.sensitivity * point.positives) <= 1);

assert.equal(row.operating_point, "sensitivity_95/adults");
const adults = find(card.operating_sets, "sensitivity_95/adults").points;
for (const { label, threshold } of row.findings) {
  const wanted = adults.find((point) => point.label === label).threshold;
  if (wanted === undefined) assert.equal(threshold, null, label);
  else assert.ok(Math.abs(threshold - wanted) < 1e-6, label);
}
JS
"$node" check.mjs || fail "the model file is not as it should be: $(cat log)"
echo "operating_points_test: passed"
