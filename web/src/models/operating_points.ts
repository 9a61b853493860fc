// What a model card says of each label's threshold. A card is whatever a file holds: what is not
// there, or not a number that it can be, is null.

export interface OperatingPoint {
  readonly label: string;
  readonly sensitivity: number | null; // [0, 1]
  readonly specificity: number | null; // [0, 1]
  readonly positives: number | null; // of the cases, those with the finding
  readonly cases: number | null;
}

type Json = Record<string, unknown>;

export function operatingPoint(card: Json, label: string): OperatingPoint {
  const { operating_points: points } = (card.calibration ?? {}) as Json;
  const point = Array.isArray(points)
    ? (points as Json[]).find((point) => point.label === label)
    : undefined;
  return {
    label,
    sensitivity: part(point?.sensitivity),
    specificity: part(point?.specificity),
    positives: count(point?.positives),
    cases: count(point?.cases),
  };
}

function part(value: unknown): number | null {
  return typeof value === "number" && value >= 0 && value <= 1 ? value : null;
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : null;
}
