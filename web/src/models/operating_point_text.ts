import { defaultOperatingPoint } from "../screening/operating_point";
import { formatPercent, t } from "../words/strings";

// "Sensitivity of 90%, children left out". A file may have others than this page knows.
export function operatingPointText(operatingPoint: string): string {
  const [rule = "", population = ""] = operatingPoint.split("/");
  const percent = /^sensitivity_(\d\d)$/.exec(rule)?.[1];
  const point =
    percent !== undefined
      ? t("pointSensitivity", { sensitivity: formatPercent(Number(percent) / 100) })
      : rule === defaultOperatingPoint
        ? t("pointYouden")
        : rule;
  if (population === "") return point;
  return population === "adults" ? t("pointOfAdults", { point }) : `${point} (${population})`;
}
