#!/usr/bin/env bash
# The paper's first experiment as shipped, with EfficientNet-B0 and B1 in place of B6 and B7, on drawn
# films in CheXpert's layout: `run` to its report, `ablation` to its table; and what would fail after
# days of training fails before it.
#   chexpert_chain_test.sh CXR_DISTILL CXR_PHANTOM CHEXPERT_TOML
set -euo pipefail
distill=$1 phantom=$2 shipped=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() { echo "chexpert_chain_test: $*" >&2; exit 1; }

# Patients whose names fall into the validation split, others, and those of valid.csv.
validation=(20 26 43 69 98 99 114 118 144 147 163 181)
training=({1..19} {21..25} {27..42} {44..51})
test=({60001..60012})
count=$((${#training[@]} + ${#validation[@]} + ${#test[@]}))
"$phantom" --out "$folder/drawn" --count $count --size 64 --format jpg
data=$folder/CheXpert
mkdir "$data"
header='Path,Sex,Age,Frontal/Lateral,AP/PA,No Finding,Enlarged Cardiomediastinum,Cardiomegaly,Lung Opacity,Lung Lesion,Edema,Consolidation,Pneumonia,Atelectasis,Pneumothorax,Pleural Effusion,Pleural Other,Fracture,Support Devices'
echo "$header" | tee "$data/train.csv" > "$data/valid.csv"
number=0
# film PATIENT PART UNCERTAIN: the next drawn film as PART's; kinds take turns.
film() {
  local path labels
  path=$(printf 'CheXpert-v1.0-small/%s/patient%05d/study1/view1_frontal.jpg' "$2" "$1")
  case $((number % 3)) in
    0) labels=1.0,,,0.0,,,,,,,,,, ;;
    1) labels=,,,1.0,,,1.0,$3,,,,,, ;;
    2) labels=,,,1.0,,1.0,,,$3,,0.0,,, ;;
  esac
  echo "$path,Female,50,Frontal,AP,$labels" >> "$data/$2.csv"
  mkdir -p "$(dirname "$data/${path#*/}")"
  mv "$(printf '%s/drawn/images/phantom_%05d.jpg' "$folder" $number)" "$data/${path#*/}"
  number=$((number + 1))
}
for patient in "${training[@]}" "${validation[@]}"; do film "$patient" train -1.0; done
for patient in "${test[@]}"; do film "$patient" valid 1.0; done

# small SHIPPED: made small; everything else is the shipped file's.
small() {
  sed -E -e "s|^data = .*|data = \"$data\"|" -e 's/^size = .*/size = 64/' -e 's/^epochs = .*/epochs = 2/' \
    -e 's/^\[(assistant|student)\]/&\nbatch = 8/' \
    -e 's/efficientnet_b6\+b7/efficientnet_b0+b1/' -e 's/^precision = .*/precision = "float32"/' "$shipped"
}
small > "$folder/small.toml"
grep -q 'efficientnet_b0+b1' "$folder/small.toml" || fail "the shipped teacher is no EfficientNet-B6 with B7"

# refused EXPECTED WRITTEN_CONFIG COMMAND...: before anything is trained.
refused() {
  local expected=$1
  shift
  if "$distill" "$@" --output "$folder/refused" 2> "$folder/error"; then fail "not refused: $*"; fi
  grep -q -- "$expected" "$folder/error" || fail "no '$expected': $(cat "$folder/error")"
  [ ! -e "$folder/refused" ] || fail "$* left a folder"
}
small | sed 's/^\[student\]/&\nlevels = ["pool1=features.3"]/' > "$folder/levels.toml"
for command in run ablation; do
  refused "level 'pool1=features.3' names no feature map of efficientnet_b0+b1 and densenet121" \
    $command --config "$folder/levels.toml"
done
small | sed 's/^\[student\]/&\nbalance = "over"/; /^\[student\]/,$ s/^balance = "none"//' > "$folder/balance.toml"
refused 'student, seed 1: ' run --config "$folder/balance.toml"

(cd "$folder" && "$distill" run --config small.toml --output chexpert --no-examples) 2> "$folder/log" \
  || fail "run: $(cat "$folder/log")"
grep -q 'no effect' "$folder/log" && fail "an option of the shipped file has no effect: $(cat "$folder/log")"
[ ! -e "$folder/chexpert/seed-2" ] || fail "run took the seeds of ablation"
seed=$folder/chexpert/seed-1
for file in report.html evaluation.json chexpert.safetensors chexpert-assistant.safetensors; do
  [ -s "$seed/$file" ] || fail "run left no $file"
done
grep -q '"features_from": "../teacher"' "$seed/assistant/options.json" || fail "the assistant's guide is not named from its folder"

(cd "$folder" && "$distill" ablation --config small.toml --output chexpert --seeds 1) > "$folder/table" 2> "$folder/log" \
  || fail "ablation: $(cat "$folder/log")"
for row in teacher 'assistant alone' 'assistant from teacher' 'student alone' 'student from teacher' 'student from assistant'; do
  grep -q "^$row" "$folder/table" || fail "the ablation has no row $row: $(cat "$folder/table")"
done

# Moved, and seen from elsewhere, all of it is still there; its data may have moved too.
mv "$folder/chexpert" "$folder/moved"
mv "$data" "$folder/data-moved"
"$distill" export --run "$folder/moved/seed-1/student" --output "$folder/x.safetensors" --name x 2> "$folder/error" \
  && fail "data that is not there was read"
grep -q "$data" "$folder/error" || fail "no clear error: $(cat "$folder/error")"
(cd / && "$distill" export --run "$folder/moved/seed-1/student" --data "$folder/data-moved" \
  --output "$folder/x.safetensors" --name x) > /dev/null 2> "$folder/error" || fail "export: $(cat "$folder/error")"
grep -qa 'efficientnet_b0+b1' "$folder/x.safetensors" || fail "the card does not tell of the teacher"
grep -qa "$folder" "$folder/x.safetensors" && fail "the card tells where things lay"
# shellcheck disable=SC2016 # sed's own: the same rows in another order
sed -i '2{h;d};$G' "$folder/data-moved/train.csv"
if "$distill" export --run "$folder/moved/seed-1/student" --data "$folder/data-moved" --output "$folder/x.safetensors" \
  --name x 2> "$folder/error"; then fail "other lists were taken for those of training"; fi
grep -q 'not those that this run was trained with (SHA-256' "$folder/error" || fail "no clear error: $(cat "$folder/error")"

# Data without a test split: no chain, whose report would be of it; one network, whose card says so.
"$phantom" --out "$folder/untested" --count 60 --size 64
sed -i 's/,test,/,train,/' "$folder/untested/manifest.csv"
small | sed "s|$data|$folder/untested|" > "$folder/untested.toml"
for command in run ablation; do
  refused 'teacher, seed 1: .*no image of split test' $command --config "$folder/untested.toml"
done
student=(student --data "$folder/untested" --size 64 --stride 2 --epochs 2 --batch 8 --run "$folder/alone")
"$distill" "${student[@]}" 2> "$folder/log" || fail "student: $(cat "$folder/log")"
"$distill" export --run "$folder/alone" --output "$folder/alone.safetensors" --name alone > /dev/null 2> "$folder/log" \
  || fail "export: $(cat "$folder/log")"
grep -q 'no image of split test; the card has figures of the validation split alone' "$folder/log" || fail "no word of it: $(cat "$folder/log")"
# The same rows in another order would permute the labels.
(head -n 1 "$folder/untested/manifest.csv"; tail -n +2 "$folder/untested/manifest.csv" | sort -t , -k 2) > "$folder/sorted"
mv "$folder/sorted" "$folder/untested/manifest.csv"
"$distill" "${student[@]}" 2> "$folder/error" && fail "a run went on with permuted labels"
grep -q 'the labels normal, lobar, diffuse, in this order, and the data has diffuse, lobar, normal' "$folder/error" \
  || fail "no clear error: $(cat "$folder/error")"
echo "chexpert_chain_test: passed"
