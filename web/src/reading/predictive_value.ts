// What a result above or below its threshold is worth where a finding is as common as `prevalence`,
// by Bayes' theorem. All are parts of 1.

import type { Interval } from "../models/model_evaluation";

export interface Test {
  readonly sensitivity: number;
  readonly specificity: number;
}

export interface PredictiveValues {
  readonly positive: number; // of those above, the part that has it; NaN if none is ever above
  readonly negative: number; // of those below, the part that has it not; NaN if none is ever below
  readonly above: number; // the part of all that is above
}

export function predictiveValues(
  { sensitivity, specificity }: Test,
  prevalence: number,
): PredictiveValues {
  const truePositive = sensitivity * prevalence;
  const falsePositive = (1 - specificity) * (1 - prevalence);
  const trueNegative = specificity * (1 - prevalence);
  const falseNegative = (1 - sensitivity) * prevalence;
  return {
    positive: truePositive / (truePositive + falsePositive),
    negative: trueNegative / (trueNegative + falseNegative),
    above: truePositive + falsePositive,
  };
}

type Range = readonly [low: number, value: number, high: number];

// The same with what the intervals of both figures leave open: their worst ends together and their best
// ones. Where an interval is not known, its figure stands for it.
export function predictiveRange(
  sensitivity: Interval,
  specificity: Interval,
  prevalence: number,
): { positive: Range; negative: Range } {
  const at = (end: (interval: Interval) => number) =>
    predictiveValues({ sensitivity: end(sensitivity), specificity: end(specificity) }, prevalence);
  const [low, value, high] = [
    at(({ low, value }) => low ?? value),
    at(({ value }) => value),
    at(({ high, value }) => high ?? value),
  ];
  return {
    positive: [low.positive, value.positive, high.positive],
    negative: [low.negative, value.negative, high.negative],
  };
}
