// node pictures.mjs FOLDER: pictures of the page's states, three widths, light and dark.
// node pictures.mjs --readme: the README's picture, web/docs/page.png.
// Only the built-in phantom is shown, never a patient's film.

import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { launch, openFile, root, singleFile } from "./chromium.mjs";

const [argument] = process.argv.slice(2);
if (argument === undefined) {
  console.error("usage: node pictures.mjs FOLDER | --readme");
  process.exit(2);
}

const states = {
  empty: async () => {},
  result: (page) => trySample(page),
  error: async (page) => {
    await trySample(page);
    await page.evaluate(() =>
      thoraxlite.screen(new TextEncoder().encode("a letter, not a film"), "report.png"),
    );
  },
};

async function trySample(page) {
  await page.evaluate(() => thoraxlite.ready);
  await page.getByRole("button", { name: "sample" }).click();
  await page.locator(".film-view[data-drawn=true]").waitFor();
  // The bars grow for a moment.
  await page.waitForTimeout(400);
}

async function picture(browser, state, width, height, scheme, path, fullPage) {
  const { page, context } = await openFile(browser, singleFile, {
    viewport: { width, height },
    colorScheme: scheme,
  });
  await page.evaluate(() => thoraxlite.ready);
  await states[state](page);
  await page.screenshot({ path, fullPage });
  await context.close();
}

const browser = await launch();
try {
  if (argument === "--readme") {
    const folder = resolve(root, "web/docs");
    mkdirSync(folder, { recursive: true });
    await picture(browser, "result", 1120, 640, "light", resolve(folder, "page.png"), false);
  } else {
    mkdirSync(argument, { recursive: true });
    for (const state of Object.keys(states))
      for (const [width, height] of [
        [1440, 900],
        [1024, 768],
        [390, 844],
      ])
        for (const scheme of ["light", "dark"]) {
          const path = resolve(argument, `${state}-${width}-${scheme}.png`);
          await picture(browser, state, width, height, scheme, path, true);
        }
  }
} finally {
  await browser.close();
}
