// Browsers of the system: Chromium, and Firefox by WebDriver BiDi.

import { existsSync } from "node:fs";
import "../../tests/browser/temporary.mjs"; // profiles go with this process
import { launch } from "puppeteer-core";

export const kBrowsers = {
  chromium: {
    path: process.env.CHROMIUM ?? "/usr/bin/chromium",
    options: {
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        ...(process.env.CHROMIUM_FLAGS?.split(" ") ?? []),
      ],
    },
  },
  firefox: {
    path: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
    // Firefox rounds its clock to a millisecond unless it is told otherwise, also where isolated.
    options: {
      extraPrefsFirefox: {
        "privacy.reduceTimerPrecision": false,
        "privacy.resistFingerprinting.reduceTimerPrecision.microseconds": 5,
        "datareporting.policy.dataSubmissionEnabled": false,
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
      },
    },
  },
};

export const isInstalled = (name) => existsSync(kBrowsers[name].path);

export const open = (name) =>
  launch({
    browser: name === "chromium" ? "chrome" : name,
    executablePath: kBrowsers[name].path,
    protocolTimeout: 600_000,
    ...kBrowsers[name].options,
  });
