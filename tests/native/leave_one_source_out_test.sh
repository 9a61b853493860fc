#!/usr/bin/env bash
# Settings compared on hospitals that training never saw, on drawn films of four sources, of which two
# are one hospital and one has one class alone: who was trained on whom, which figures there are, what
# a stop changes, and that test films stay aside.
#   leave_one_source_out_test.sh CXR_DISTILL CXR_PHANTOM
set -euo pipefail
distill=$1 phantom=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() { echo "leave_one_source_out_test: $*" >&2; exit 1; }
has() { grep -qE -- "$2" "$1" || fail "$1 lacks: $2; it is: $(cat "$1")"; }
refuses() { # SENTENCE COMMAND...
  local sentence=$1
  shift
  if "$@" > /dev/null 2> error; then fail "was not refused: $*"; fi
  grep -q -- "$sentence" error || fail "no clear error of $*: $(cat error)"
}
# JSON without line breaks, and without when it was made.
flat() { grep -v '"date"' "$1" | tr -d ' \n'; }

"$phantom" --out films --count 120 --size 64 2> /dev/null
cat > plan <<'PLAN'
city normal 9 4 2
city lobar 9 4 2
city diffuse 2 0 0
county normal 6 3 2
county lobar 8 3 0
county diffuse 3 2 1
valley normal 8 0 0
clinic diffuse 11 3 2
PLAN
awk -v OFS=, '
  NR == FNR { split($0, cell, ","); if (FNR > 1) file[cell[2], ++there[cell[2]]] = cell[1]; next }
  FNR == 1 { print "file,label,split,source,patient" }
  { for (part = 3; part <= 5; ++part) for (i = 0; i < $part; ++i)
      print file[$2, ++used[$2]], $2, part == 3 ? "train" : part == 4 ? "val" : "test", $1, "p" ++patient }
' films/manifest.csv plan > list.csv
mv list.csv films/manifest.csv
[ "$(wc -l < films/manifest.csv)" = 85 ] || fail "not 84 rows: $(cat films/manifest.csv)"

cat > settings.toml <<'TOML'
data = "films"
same-hospital = ["county+valley"]
size = 64
stride = 2
hidden = 8
epochs = 3
batch = 8
precision = "float32"

[plain]
augmentation = 0

[drawn]
augmentation = 0.5
TOML
sed -i "s|^data = \"films\"|data = \"$folder/films\"|" settings.toml
compare() { "$distill" leave-one-source-out --config settings.toml "$@"; }

# Test films are not even there.
mkdir aside
for file in $(awk -F, '$3 == "test" { print $1 }' films/manifest.csv); do mv films/"$file" aside/; done
compare --output whole > table 2> log || fail "$(tail -3 log)"
has log 'all about'
has log 'drawn, clinic left out: AUROC none, mean recall .* of 14 films'
[ "$(grep -c '^setting\|^plain  \|^drawn  ' table)" = 3 ] || fail "not a row a setting: $(cat table)"
has table '^chosen: (plain|drawn)$'
has table '^selection figure: mean over the hospitals of the AUROC of normal'
has table '^test films were not looked at'
has table '^clinic +14 +- +[01]\.[0-9]{3} .* diffuse [01]\.[0-9]{3} \([0-9]+ of 14\)$'
has table '^city +28 +[01]\.[0-9]{3} .*, diffuse [01]\.[0-9]{3} \([0-9] of 2, too few\)'
has table '^county\+valley +33 +[01]\.[0-9]{3} '
has table '^all hospitals +75 '
[ -s whole/leave_one_source_out.html ] || fail "no page"
grep -q "$folder" whole/leave_one_source_out.json && fail "it says where the data lay"
has whole/leave_one_source_out.html 'They were not looked at'

# Of county+valley left out: city and clinic train, their validation films validate.
flat whole/plain/county+valley/options.json > options
has options '"leave_out":\["county","valley"\]'
has options '"images":\{"train":\{"normal":9,"lobar":9,"diffuse":13\},"val":\{"normal":4,"lobar":4,"diffuse":3\}\}'
flat whole/plain/clinic/options.json > options
has options '"images":\{"train":\{"normal":23,"lobar":17,"diffuse":5\},"val":\{"normal":7,"lobar":7,"diffuse":2\}\}'
[ ! -e whole/plain/valley ] || fail "valley left alone"

# Every film that is not of test once, as the network said that did not see its hospital.
for setting in plain drawn; do
  rows=whole/$setting/predictions.csv
  [ "$(wc -l < $rows)" = 76 ] || fail "not 75 films: $(wc -l < $rows)"
  [ "$(cut -d, -f1 $rows | sort -u | wc -l)" = 76 ] || fail "a film is there twice"
done
# The same figures from there by another command.
"$distill" figures --predictions whole/plain/predictions.csv --subgroups left_out > figures
has figures 'county\+valley'

# AUROC and recalls of a hospital, the selection figure and what is chosen, computed again.
cat > again.py <<'PYTHON'
import csv, json
result = json.load(open("whole/leave_one_source_out.json"))
assert result["test"] is None and result["data"]["dataset_sha256"] and result["data"]["revision"]
selections = {}
for setting in result["settings"]:
    assert setting["seed"] == 1
    films = list(csv.DictReader(open(f"whole/{setting['name']}/predictions.csv")))
    figures = []
    for name, hospital in setting["hospitals"].items():
        own = [film for film in films if film["left_out"] == name]
        assert len(own) == hospital["films"], name
        recalls = []
        for label in ("normal", "lobar", "diffuse"):
            of_class = [film for film in own if film[f"{label} target"] == "1"]
            if not of_class:
                assert label not in hospital["classes"]
                continue
            right = sum(max(("normal", "lobar", "diffuse"), key=lambda l: float(film[f"{l} logit"])) == label
                        for film in of_class)
            there = hospital["classes"][label]
            assert (there["films"], there["correct"]) == (len(of_class), right), (name, label)
            assert there["counts_in_mean"] == (len(of_class) >= 10)
            if len(of_class) >= 10: recalls.append(right / len(of_class))
        mean = sum(recalls) / len(recalls)
        assert abs(hospital["mean_recall"] - mean) < 1e-4
        normal = [float(film["normal logit"]) for film in own if film["normal target"] == "1"]
        others = [float(film["normal logit"]) for film in own if film["normal target"] != "1"]
        if min(len(normal), len(others)) < 10:
            assert hospital["area_under_roc"] is None
            figures.append(mean)
        else:
            area = sum((n > o) + (n == o) / 2 for n in normal for o in others) / len(normal) / len(others)
            assert abs(hospital["area_under_roc"] - area) < 1e-4, name
            figures.append(area)
    assert list(setting["hospitals"]) == ["city", "clinic", "county+valley"]
    selections[setting["name"]] = sum(figures) / 3
    assert abs(setting["selection_figure"]["mean"] - selections[setting["name"]]) < 1e-4
assert result["chosen"] == max(selections, key=selections.get)
PYTHON
/usr/bin/python3 again.py || fail "figures computed again are others"

# Told to stop within the second network's training, killed within the fourth's, it goes on, and ends
# the same.
await() { # FILE
  while [ ! -e "$1" ]; do
    kill -0 $pid 2> /dev/null || fail "ended before $1: $(tail -3 log)"
    sleep 0.01
  done
}
"$distill" leave-one-source-out --config settings.toml --output broken > /dev/null 2> log &
pid=$!
await broken/plain/clinic/checkpoint.pt
kill -TERM $pid
code=0; wait $pid || code=$?
[ $code = 143 ] || fail "ended with $code, not 143: $(tail -3 log)"
has log 'the same command goes on from there'
"$distill" leave-one-source-out --config settings.toml --output broken > /dev/null 2> log &
pid=$!
await broken/drawn/city/checkpoint.pt
kill -9 $pid
wait $pid 2> /dev/null || true
compare --output broken > again 2> log || fail "$(tail -3 log)"
has log 'plain, clinic left out: done already'
cmp again table || fail "the table of the one that went on differs"
for file in leave_one_source_out.json plain/predictions.csv drawn/predictions.csv; do
  [ "$(flat whole/$file)" = "$(flat broken/$file)" ] || fail "$file differs"
done

# Test films, when they are asked for: by the networks of the chosen setting alone. Nothing else
# changes, and nothing is trained.
mv aside/* films/images/
compare --output whole --test > tested 2> log || fail "$(tail -3 log)"
if grep -q 'epoch' log; then fail "it trained again: $(cat log)"; fi
chosen=$(sed -n 's/^chosen: //p' table)
[ "$(ls whole/*/predictions-test.csv)" = "whole/$chosen/predictions-test.csv" ] || fail "not of $chosen alone"
[ "$(wc -l < "whole/$chosen/predictions-test.csv")" = 10 ] || fail "not 9 test films"
head -n "$(grep -n '^test films' table | cut -d: -f1)" table | sed '$d' > head
head -n "$(wc -l < head)" tested | cmp - head || fail "test films changed the other figures"
has tested "^test films, by $chosen$"
flat whole/leave_one_source_out.json > json
has json "\"chosen\":\"$chosen\",\"test\":\{\"selection_figure\""

# Some hospitals alone, by a source of theirs; and what cannot be.
compare --output some --leave valley --data films > table 2> log || fail "$(tail -3 log)"
[ "$(ls -d some/plain/*/)" = some/plain/county+valley/ ] || fail "others left too: $(ls some/plain)"
refuses "no such hospital; expected some of city, clinic, county+valley" compare --output no --leave nowhere
refuses "no film of source 'vale'" compare --output no --same-hospital county+vale
refuses "come from no hospital" compare --output no --data phantom:30
sed 's/^augmentation = 0$/augmentation = 0.1/' settings.toml > changed.toml
refuses "this run has augmentation 0.0, not 0.1" \
  "$distill" leave-one-source-out --config changed.toml --output some --leave valley
refuses "no section; expected one a setting" "$distill" leave-one-source-out --config <(echo 'epochs = 1') --output no
refuses 'plain.nowhere' \
  "$distill" leave-one-source-out --config <(printf '[plain]\nnowhere = 1\n') --output no
{ cat settings.toml; printf '[other]\nsources = ["city", "clinic", "county", "valley"]\n[less]\nincomplete = true\nsources = ["city", "county", "valley"]\n'; } > other.toml
refuses "setting 'less': has other films, labels or hospitals than 'plain'" \
  "$distill" leave-one-source-out --config other.toml --output no
sed -i 's/,county,p[0-9]*$/,county,p1/' films/manifest.csv
refuses "patient 'p1'" compare --output no
[ ! -e no ] || fail "what was refused left a folder"
echo "leave_one_source_out_test: passed"
