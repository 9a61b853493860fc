#!/usr/bin/env bash
# What evaluate and compare say of a model, against what others compute from the predictions file: on
# drawn films of few patients, whose list calls them as the model does.
#   figures_test.sh CXR_DISTILL CXR_PHANTOM NODE WEIGHTS
set -euo pipefail
distill=$1 phantom=$2 node=$3 weights=$4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
check=$(dirname "$0")/figures_check.mjs

fail() { echo "figures_test: $*" >&2; exit 1; }

"$phantom" --out "$folder/films" --count 90 --size 160 2> /dev/null
# Three films a patient, of whom every fifth is not known; two sources; some of the ages and sexes.
awk -F, -v OFS=, 'NR == 1 { print "file,label,split,source,patient,age,sex"; next }
  { label = $2 == "lobar" ? "pneumonia" : $2 == "diffuse" ? "covid" : $2
    print $1, label, "test", (NR % 4 ? "east" : "west"), (NR % 5 ? "p" int(NR / 3) : ""),
      (NR % 6 ? 20 + NR % 60 : ""), (NR % 7 ? (NR % 2 ? "F" : "M") : "") }' \
  "$folder/films/manifest.csv" > "$folder/manifest.csv"
mv "$folder/manifest.csv" "$folder/films/manifest.csv"

for name in covid covid-paper; do
  "$distill" evaluate --model "$weights/$name.safetensors" --data "$folder/films" \
    --predictions "$folder/$name.csv" --output "$folder/$name.json" > /dev/null
  "$node" "$check" "$folder/$name.csv" "$folder/$name.json" || fail "$name: figures differ"
done
