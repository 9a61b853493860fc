// What a result above or below its threshold is worth where a finding is as common as `prevalence`,
// by Bayes' theorem. All are parts of 1.

export interface OperatingPoint {
  readonly sensitivity: number;
  readonly specificity: number;
}

export interface PredictiveValues {
  readonly positive: number; // of those above, the part that has it; NaN if none is ever above
  readonly negative: number; // of those below, the part that has it not; NaN if none is ever below
  readonly above: number; // the part of all that is above
}

export function predictiveValues(
  { sensitivity, specificity }: OperatingPoint,
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
