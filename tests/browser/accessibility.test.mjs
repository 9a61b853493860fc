// axe-core finds nothing to object to, in any state, light or dark, wide or narrow.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import axe from "axe-core";
import { launch, openFile } from "./chromium.mjs";
import { card, dropFiles } from "./hands.mjs";
import { badFiles, filmJpeg } from "./images.mjs";

const states = {
  empty: async () => {},
  result: async (page) => {
    await dropFiles(page, [{ name: "film.jpg", bytes: filmJpeg }]);
    await card(page, "film.jpg").locator(".finding").first().waitFor();
    await page.getByText("Model card").click();
  },
  error: async (page) => {
    await dropFiles(page, badFiles);
    await page
      .locator(".list-head")
      .getByText(`${badFiles.length} of ${badFiles.length}`)
      .waitFor();
  },
  "drop invited": async (page) => {
    await dropFiles(page, [{ name: "film.jpg", bytes: filmJpeg }], ["dragEnter", "dragOver"]);
    await page.getByText("Let go to screen the films").waitFor();
  },
};

describe("accessibility", () => {
  let browser;
  before(async () => (browser = await launch()));
  after(() => browser.close());

  for (const [state, reach] of Object.entries(states))
    for (const [colorScheme, width] of [
      ["light", 1440],
      ["dark", 1440],
      ["light", 390],
    ])
      test(`${state}, ${colorScheme}, ${width} pixels wide`, async () => {
        const { page, context } = await openFile(browser, undefined, {
          colorScheme,
          viewport: { width, height: 844 },
          reducedMotion: "reduce",
        });
        await page.evaluate(() => thoraxlite.ready);
        await reach(page);
        await page.evaluate(axe.source);
        const { violations, passes } = await page.evaluate(() =>
          axe.run({
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
          }),
        );
        assert.deepEqual(
          violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
          [],
        );
        assert.ok(
          passes.some(({ id }) => id === "color-contrast"),
          "contrast was looked at",
        );
        const [content, window] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          innerWidth,
        ]);
        assert.ok(content <= window, `the page is ${content} wide and scrolls sideways`);
        await context.close();
      });
});
