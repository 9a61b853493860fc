// What is compared before anything is timed.

export const kTolerance = 1e-3; // of a logit, from plain loops in float64, or from PyTorch's

class WrongLogits extends Error {
  isWrong = true;
}

// The largest difference of a logit; throws WrongLogits where it is beyond the tolerance or not a
// number.
export function differenceOf(name, { stem, logits }, got) {
  const difference = Math.max(...Array.from(logits, (logit, i) => Math.abs(logit - got[i])));
  if (difference <= kTolerance) return difference;
  throw new WrongLogits(
    `${name}, ${stem}: a logit is ${difference} off what it must be; at most ` +
      `${kTolerance} is allowed`,
  );
}
