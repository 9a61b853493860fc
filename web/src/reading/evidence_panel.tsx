import { useLayoutEffect, useRef } from "preact/hooks";
import { labelText } from "../words/labels";
import { formatNumber, formatPercent, t } from "../words/strings";
import type { Finding } from "../screening/thoraxlite";
import { colours, type Grid } from "../viewer/evidence_map";
import type { EvidenceSettings } from "../viewer/film_toolbar";
import { inWords, partInLungs } from "./evidence_words";

type Props = {
  finding: Finding;
  grid: Grid;
  most: number; // the value of the map's last colour
  hasLungField: boolean;
  settings: EvidenceSettings;
  change: (settings: EvidenceSettings) => void;
};

export function EvidencePanel(props: Props) {
  const { finding, grid, most, hasLungField, settings, change } = props;
  const { label, evidence_inside_lungs: inside, evidence_unusual, peak } = finding;
  const words = inWords(finding, grid);
  return (
    <section class="evidence" aria-labelledby="evidence">
      <h3 id="evidence">{t("evidenceFor", { label: labelText(label) })}</h3>
      <label class="check">
        <input
          type="checkbox"
          checked={settings.shown}
          onChange={({ currentTarget }) => change({ ...settings, shown: currentTarget.checked })}
        />
        {t("showEvidence")}
      </label>
      <label class="slider">
        <span>{t("opacity")}</span>
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={settings.opacity}
          disabled={!settings.shown}
          aria-valuetext={formatPercent(settings.opacity)}
          onInput={({ currentTarget }) =>
            change({ ...settings, opacity: currentTarget.valueAsNumber })
          }
        />
      </label>
      {most > 0 && <Legend most={most} />}
      {words !== "" && <p>{words}</p>}
      {inside !== null && peak !== null && (
        <p data-inside-lungs={inside}>{t(partInLungs(inside))}</p>
      )}
      {evidence_unusual && <p class="warning">{t("evidenceUnusual")}</p>}
      {hasLungField && (
        <label class="check">
          <input
            type="checkbox"
            checked={settings.lungs}
            onChange={({ currentTarget }) => change({ ...settings, lungs: currentTarget.checked })}
          />
          {t("showLungField")}
        </label>
      )}
      <p class="soft small">
        {t("evidenceNote")} {hasLungField && t("lungFieldNote")}
      </p>
    </section>
  );
}

function Legend({ most }: { most: number }) {
  const bar = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const image = new ImageData(colours.length, 1);
    colours.forEach((colour, i) => image.data.set([...colour, 255], 4 * i));
    bar.current!.getContext("2d")!.putImageData(image, 0, 0);
  }, []);
  return (
    <div class="legend">
      <canvas ref={bar} width={colours.length} height={1} aria-hidden="true" />
      <span>0</span>
      <span class="soft">{t("legend")}</span>
      <span>{formatNumber(most)}</span>
    </div>
  );
}
