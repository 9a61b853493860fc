// axe-core finds nothing to object to, in any state, at any width, light, dark or in forced colours.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import axe from "axe-core";
import { launch, openFile } from "./chromium.mjs";
import { clearList, drawn, dropFiles, read, row } from "./hands.mjs";
import { badFiles, blankPng, filmJpeg } from "./images.mjs";

const film = { name: "film.jpg", bytes: filmJpeg };
const blank = { name: "blank.png", bytes: blankPng };

async function showFilm(page) {
  await dropFiles(page, [film]);
  await (await read(page, film.name)).locator(".finding").first().waitFor();
  await drawn(page);
}

async function showRefusal(page) {
  await dropFiles(page, [blank]);
  await (await read(page, blank.name)).getByRole("heading", { name: "Blank" }).waitFor();
}

// How each is reached from a page without films; what some give takes it back.
const states = {
  empty: async () => {},
  film: async (page) => {
    await showFilm(page);
    for (const box of await page.locator(".findings-pane input[type=checkbox]").all())
      await box.check();
    await page.keyboard.press("m");
    return async () => {
      await page.keyboard.press("m");
      for (const box of await page.locator(".findings-pane input[type=checkbox]").all())
        await box.uncheck();
    };
  },
  errors: async (page) => {
    await dropFiles(page, badFiles);
    await row(page, badFiles.at(-1).name).and(page.locator("[data-status=error]")).waitFor();
  },
  refusal: showRefusal,
  "shown anyway": async (page) => {
    await showRefusal(page);
    await page.getByRole("button", { name: "Show scores anyway" }).click();
    await page.locator(".finding").first().waitFor();
  },
  models: async (page) => {
    await page.locator(".model-chip").click();
    for (const summary of await page.locator("dialog summary").all()) await summary.click();
  },
  help: async (page) => {
    await showFilm(page);
    await page.keyboard.press("?");
    await page.locator("dialog").waitFor();
  },
  table: async (page) => {
    await dropFiles(page, [film, blank, ...badFiles]);
    await row(page, badFiles.at(-1).name).and(page.locator("[data-status=error]")).waitFor();
    await page.getByRole("button", { name: "Table only" }).click();
    await page.getByRole("searchbox").fill("l");
    return async () => {
      await page.getByRole("searchbox").fill("");
      await page.getByRole("button", { name: "Table only" }).click();
    };
  },
  about: async (page) => {
    await page.getByRole("button", { name: "About" }).click();
    await page.locator("dialog summary").click();
    await page.locator("dialog pre").waitFor();
  },
  verify: async (page) => {
    await page.getByRole("button", { name: "Verify it yourself" }).click();
  },
  report: async (page) => {
    await showFilm(page);
    await page.getByRole("button", { name: "Print a report" }).click();
    await page.getByRole("button", { name: "Print", exact: true }).waitFor();
  },
  "drop invited": async (page) => {
    await dropFiles(page, [film], ["dragEnter", "dragOver"]);
    await page.getByText("Let go to screen the films").waitFor();
    return () => page.evaluate(() => dispatchEvent(new DragEvent("dragleave")));
  },
  // The last: its colours stay.
  settings: async (page) => {
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByLabel("Colours").selectOption("High contrast");
  },
};

const looks = [
  { width: 1440, height: 900, colorScheme: "light" },
  { width: 1440, height: 900, colorScheme: "dark" },
  { width: 1024, height: 768, colorScheme: "light", contrast: "more" },
  { width: 390, height: 844, colorScheme: "dark" },
  { width: 390, height: 844, colorScheme: "light", forcedColors: "active" },
];

describe("accessibility", () => {
  let browser, page;
  before(async () => {
    browser = await launch();
    ({ page } = await openFile(browser, undefined, { reducedMotion: "reduce" }));
    await page.evaluate(() => thoraxlite.ready);
    await page.evaluate(axe.source);
  });
  after(() => browser.close());

  for (const [state, reach] of Object.entries(states))
    test(state, async () => {
      const leave = await reach(page);
      for (const { width, height, ...media } of looks) {
        const look = JSON.stringify({ width, ...media });
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ contrast: "no-preference", forcedColors: "none", ...media });
        const { violations, passes } = await page.evaluate(() =>
          axe.run({
            resultTypes: ["violations"], // of the others, one node each
            selectors: false,
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
          }),
        );
        assert.deepEqual(
          violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
          [],
          look,
        );
        assert.ok(
          passes.some(({ id }) => id === "color-contrast"),
          `contrast was looked at: ${look}`,
        );
        const content = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(content <= width, `the page is ${content} wide and scrolls sideways: ${look}`);
      }
      await leave?.();
      await page.setViewportSize(looks[0]);
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });
      await clearList(page);
    });
});
