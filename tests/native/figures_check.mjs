// Every figure of an evaluation once more, from the rows of its predictions and by none of our code;
// figures_test.mjs compares. NaN where the films do not define a figure. No name has a comma here.

export const read = (csv) => csv.match(/.+/g).map((line) => line.split(","));
const sum = (list, of) => list.reduce((total, one) => total + of(one), 0);
const mean = (list, of, by = () => 1) => sum(list, (one) => by(one) * of(one)) / sum(list, by);

// known: [target, logit, score, called] of each film whose target is known.
// prettier-ignore
function figures(known) {
  const [yes, no] = [1, 0].map((side) => known.filter(([target]) => target === side));
  const [tp, fp] = [yes, no].map((films) => sum(films, ([, , , called]) => called));
  const bins = Map.groupBy(known, ([, , score]) => Math.min(14, Math.floor(15 * score))).values();
  return {
    true_positives: tp, false_negatives: yes.length - tp, support: yes.length, known: known.length,
    false_positives: fp, true_negatives: no.length - fp, predicted: tp + fp, correct: tp,
    sensitivity: tp / yes.length, recall: tp / yes.length, specificity: (no.length - fp) / no.length,
    precision: tp / (tp + fp), f1: 2 * tp / (yes.length + tp + fp), accuracy: (tp + no.length - fp) / known.length,
    area_under_roc: mean(yes, ([, a]) => mean(no, ([, b]) => (a > b) + (a === b) / 2)),
    average_precision: mean(yes, ([, a]) => sum(yes, ([, b]) => b >= a) / sum(known, ([, b]) => b >= a)),
    brier_score: mean(known, ([target, , score]) => (score - target) ** 2),
    calibration_error: sum([...bins], (bin) => Math.abs(sum(bin, ([y, , score]) => score - y))) / known.length,
  };
}

// highest: labels exclude each other, and the one with the highest logit is called.
// prettier-ignore
export function report(names, rows, labels, highest) {
  const cells = (row, label) => row.slice(names.indexOf(`${label} target`)).slice(0, 4).map(parseFloat);
  const call = (film) => film.map((of) => of.with(3, of[1] === Math.max(...film.map(([, logit]) => logit))));
  const films = rows.map((row) => labels.map((label) => cells(row, label))).map(highest ? call : (film) => film);
  const list = labels.map((_, i) => figures(films.map((film) => film[i]).filter(([y]) => y >= 0)));
  const over = (by) => Object.fromEntries(Object.keys(list[0]).map((k) => [k, mean(list, (of) => of[k] || 0, by)]));
  return {
    list, pooled: figures(films.flat().filter(([y]) => y >= 0)), macro: over((one) => one.support > 0),
    weighted: over((one) => one.support), of_known: over((one) => one.known > 0), ranked: over((one) => one.area_under_roc >= 0),
    confusion: labels.map((_, i) => labels.map((_, j) => sum(films, (film) => film[i][0] && film[j][3]))),
  };
}
