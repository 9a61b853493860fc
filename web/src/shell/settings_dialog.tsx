// Language, looks, and what the browser may keep.

import type { Session } from "../session/session";
import { type Theme, themes } from "../session/settings";
import { isLanguage, language, languages, t } from "../words/strings";
import { Dialog } from "../components/dialog";

const themeKeys = {
  auto: "themeAuto",
  light: "themeLight",
  dark: "themeDark",
  contrast: "themeContrast",
} as const satisfies Record<Theme, string>;

export function SettingsDialog({ session, close }: { session: Session; close: () => void }) {
  const { settings } = session;
  return (
    <Dialog title={t("settings")} close={close}>
      <p>
        <label>
          {t("language")}{" "}
          <select
            value={language()}
            onChange={({ currentTarget: { value } }) =>
              isLanguage(value) && settings.setLanguage(value)
            }
          >
            {Object.entries(languages).map(([code, { name }]) => (
              <option key={code} value={code} lang={code}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </p>
      <p>
        <label>
          {t("theme")}{" "}
          <select
            value={settings.theme}
            onChange={({ currentTarget: { value } }) => settings.setTheme(value as Theme)}
          >
            {themes.map((theme) => (
              <option key={theme} value={theme}>
                {t(themeKeys[theme])}
              </option>
            ))}
          </select>
        </label>
      </p>
      <p>
        <label>
          <input
            type="checkbox"
            checked={settings.remembered}
            aria-describedby="remember"
            onChange={({ currentTarget: { checked } }) => session.setRemembered(checked)}
          />{" "}
          {t("remember")}
        </label>
      </p>
      <p id="remember" class="soft small">
        {t("rememberDetail")}
      </p>
      {session.memoryTrouble !== "" && (
        <p class="message" role="alert">
          {t("rememberFailed", { reason: session.memoryTrouble })}
        </p>
      )}
      <div class="buttons">
        <button type="button" onClick={() => session.setRemembered(false)}>
          {t("eraseKept")}
        </button>
      </div>
    </Dialog>
  );
}
