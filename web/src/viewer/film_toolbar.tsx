import { t, type Key } from "../words/strings";
import type { Deed, Tool, View } from "./view";
import type { Preset, ValueWindow } from "./window_level";
import { Icon, type IconName } from "../components/icon";

const tools: readonly { tool: Tool; icon: IconName; words: Key }[] = [
  { tool: "window", icon: "window", words: "toolWindow" },
  { tool: "pan", icon: "pan", words: "toolPan" },
  { tool: "magnifier", icon: "magnifier", words: "toolMagnifier" },
];

const deeds: readonly { deed: Deed; icon: IconName; words: Key }[] = [
  { deed: { do: "zoom", factor: 1 / 1.25 }, icon: "zoomOut", words: "zoomOut" },
  { deed: { do: "zoom", factor: 1.25 }, icon: "zoomIn", words: "zoomIn" },
  { deed: { do: "fit" }, icon: "fit", words: "fit" },
];

const presetWords: Record<Preset, Key> = {
  whole: "presetWhole",
  middle: "presetMiddle",
  lungs: "presetLungs",
  dense: "presetDense",
};

export interface EvidenceSettings {
  readonly shown: boolean;
  readonly opacity: number; // [0, 1]
  readonly lungs: boolean;
}

type Props = {
  view: View;
  act: (deed: Deed) => void;
  presets: ReadonlyMap<Preset, ValueWindow>;
  enabled: boolean;
};

type Overlays = {
  settings: EvidenceSettings;
  change: (settings: EvidenceSettings) => void;
  hasEvidence: boolean;
  // Null: the model has no network that finds them, and there is nothing to show on any film.
  hasLungField: boolean | null;
};

export function FilmToolbar({ view, act, presets, enabled, ...overlays }: Props & Overlays) {
  const { settings, change, hasEvidence, hasLungField } = overlays;
  return (
    <div class="toolbar" role="group" aria-label={t("filmTools")}>
      <span class="tool-group" role="group" aria-label={t("dragTools")}>
        {tools.map(({ tool, icon, words }) => (
          <ToolButton
            key={tool}
            icon={icon}
            words={words}
            pressed={view.tool === tool}
            disabled={!enabled}
            onClick={() => act({ do: "tool", tool })}
          />
        ))}
      </span>
      <span class="tool-group">
        {deeds.map(({ deed, icon, words }) => (
          <ToolButton
            key={icon}
            icon={icon}
            words={words}
            disabled={!enabled}
            onClick={() => act(deed)}
          />
        ))}
        <button
          type="button"
          class="tool"
          title={t("oneToOne")}
          aria-label={t("oneToOne")}
          disabled={!enabled}
          onClick={() => act({ do: "oneToOne" })}
        >
          1:1
        </button>
      </span>
      <span class="tool-group">
        <ToolButton
          icon="invert"
          words="invert"
          pressed={view.inverted}
          disabled={!enabled}
          onClick={() => act({ do: "invert" })}
        />
        <ToolButton
          icon="reset"
          words="reset"
          disabled={!enabled}
          onClick={() => act({ do: "reset" })}
        />
      </span>
      <span class="tool-group">
        <ToolButton
          icon="evidence"
          words="showEvidence"
          pressed={settings.shown}
          disabled={!enabled || !hasEvidence}
          onClick={() => change({ ...settings, shown: !settings.shown })}
        />
        {hasLungField !== null && (
          <ToolButton
            icon="lungs"
            words="showLungField"
            pressed={settings.lungs}
            disabled={!enabled || !hasLungField}
            onClick={() => change({ ...settings, lungs: !settings.lungs })}
          />
        )}
      </span>
      <Windows view={view} act={act} presets={presets} enabled={enabled} />
    </div>
  );
}

// The window by numbers and by name, for hands that do not drag.
function Windows({ view, act, presets, enabled }: Props) {
  const { centre, width } = view.window;
  const current = [...presets].find(
    ([, window]) => window.centre === centre && window.width === width,
  );
  const set = (window: ValueWindow) => act({ do: "window", window });
  return (
    <span class="tool-group windows">
      <label>
        <span class="unseen">{t("window")}</span>
        <select
          disabled={!enabled}
          value={current?.[0] ?? "own"}
          onChange={({ currentTarget }) => {
            const window = presets.get(currentTarget.value as Preset);
            if (window !== undefined) set(window);
          }}
        >
          {[...presets.keys()].map((preset) => (
            <option key={preset} value={preset}>
              {t(presetWords[preset])}
            </option>
          ))}
          {current === undefined && <option value="own">{t("presetOwn")}</option>}
        </select>
      </label>
      <NumberField
        words="windowCentre"
        value={centre}
        most={view.film.maxValue}
        enabled={enabled}
        set={(value) => set({ centre: value, width })}
      />
      <NumberField
        words="windowWidth"
        value={width}
        least={1}
        most={2 * view.film.maxValue}
        enabled={enabled}
        set={(value) => set({ centre, width: value })}
      />
    </span>
  );
}

function NumberField(props: {
  words: "windowCentre" | "windowWidth";
  value: number;
  least?: number;
  most: number;
  enabled: boolean;
  set: (value: number) => void;
}) {
  const { words, value, least = 0, most, enabled, set } = props;
  return (
    <label class="number">
      <span title={t(words)}>{t(words === "windowCentre" ? "centreShort" : "widthShort")}</span>
      <input
        type="number"
        aria-label={t(words)}
        min={least}
        max={most}
        step={Math.max(1, Math.round(most / 256))}
        value={Math.round(value)}
        disabled={!enabled}
        onChange={({ currentTarget: { valueAsNumber } }) => {
          if (valueAsNumber >= least && valueAsNumber <= most) set(valueAsNumber);
        }}
      />
    </label>
  );
}

export function ToolButton(props: {
  icon: IconName;
  words: Key;
  pressed?: boolean;
  disabled?: boolean;
  onClick: () => void;
}) {
  const { icon, words, pressed, disabled = false, onClick } = props;
  return (
    <button
      type="button"
      class="tool"
      title={t(words)}
      aria-label={t(words)}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
