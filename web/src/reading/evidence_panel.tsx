import { useLayoutEffect, useRef } from "preact/hooks";
import { formatNumber, formatPercent, t, type Key } from "../words/strings";
import { colours, type Place } from "../viewer/evidence_map";
import type { EvidenceSettings } from "../viewer/film_toolbar";

// As kMinEvidenceInsideLungs in wasm/core/findings.h: the page and cxr-distill warn of the same films.
const minEvidenceInsideLungs = 0.5;

type Props = {
  label: string; // of the finding
  place: Place | null; // null: nothing speaks for it
  insideLungs: number | null; // share, [0, 1]
  most: number; // the value of the map's last colour
  hasLungField: boolean;
  settings: EvidenceSettings;
  change: (settings: EvidenceSettings) => void;
};

const placeWords: Record<Place["side"], Record<Place["zone"], Key>> = {
  pictureLeft: { upper: "upperLeft", middle: "middleLeft", lower: "lowerLeft" },
  pictureRight: { upper: "upperRight", middle: "middleRight", lower: "lowerRight" },
};

// Where the map is brightest, in words.
export function inWords(label: string, place: Place | null): string {
  if (place === null) return t("noEvidence", { label });
  return t("evidencePlace", {
    place: t(placeWords[place.side][place.zone]),
    part: formatPercent(place.part),
  });
}

export function EvidencePanel(props: Props) {
  const { label, place, insideLungs, most, hasLungField, settings, change } = props;
  const outside = insideLungs !== null && insideLungs < minEvidenceInsideLungs;
  return (
    <section class="evidence" aria-labelledby="evidence">
      <h3 id="evidence">{t("evidenceFor", { label })}</h3>
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
      <p>{inWords(label, place)}</p>
      {insideLungs !== null && place !== null && (
        <p data-inside-lungs={insideLungs}>
          {t("evidenceInside", { part: formatPercent(insideLungs) })}
        </p>
      )}
      {outside && place !== null && <p class="warning">{t("evidenceOutside")}</p>}
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
      <p class="soft small">{t("evidenceNote")}</p>
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
