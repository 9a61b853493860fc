// node pictures.mjs [FOLDER [NAME...]]: pictures of the page's states, or of the named ones, by
// default for the docs into web/docs.
// Only drawn phantoms are shown, never a patient's film. pngquant, where it is installed, makes them
// a quarter of the size.

import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { launch, openFile, root } from "./chromium.mjs";
import { drawn, dropFiles, read } from "./hands.mjs";
import { badFiles, blankPng } from "./images.mjs";

const [folder = resolve(root, "web/docs"), ...names] = process.argv.slice(2);

const wide = { width: 1440, height: 900 };
const middle = { width: 1024, height: 768 };
const narrow = { width: 390, height: 844 };

async function film(page) {
  await page.getByRole("button", { name: "sample" }).click();
  await page.locator(".finding").first().waitFor();
  await drawn(page);
}

// The map of the first finding that has one, where the model gives maps.
async function evidence(page) {
  await film(page);
  const shown = page.getByRole("checkbox", { name: "Show the evidence map" });
  if ((await shown.count()) > 0) await shown.check();
  const lungs = page.getByRole("checkbox", { name: "Outline the lung fields" });
  if ((await lungs.count()) > 0) await lungs.check();
  await page.locator(".findings-pane").evaluate((pane) => pane.scrollTo(0, 0));
}

async function magnifier(page) {
  await film(page);
  const { x, y, width, height } = await page.locator(".film-view").boundingBox();
  await page.keyboard.press("m");
  await page.mouse.move(x + width * 0.36, y + height * 0.4);
}

async function refusal(page) {
  await dropFiles(page, [{ name: "blank.png", bytes: blankPng }]);
  const pane = await read(page, "blank.png");
  await pane.getByRole("heading", { name: "Blank" }).waitFor();
  await drawn(page);
}

async function shownAnyway(page) {
  await refusal(page);
  await page.getByRole("button", { name: "Show scores anyway" }).click();
  await page.locator(".finding").first().waitFor();
}

async function errors(page) {
  await film(page);
  await dropFiles(page, badFiles);
  await (await read(page, "cmyk.jpg")).locator(".message").waitFor();
}

async function models(page) {
  await film(page);
  await page.locator(".model-chip").click();
}

async function help(page) {
  await film(page);
  await page.keyboard.press("?");
}

const pictures = [
  { name: "page", state: evidence, viewport: wide, colorScheme: "light" },
  { name: "empty", state: async () => {}, viewport: middle, colorScheme: "light" },
  { name: "dark", state: film, viewport: wide, colorScheme: "dark" },
  { name: "middle", state: evidence, viewport: middle, colorScheme: "dark" },
  { name: "narrow", state: evidence, viewport: narrow, colorScheme: "light", fullPage: true },
  { name: "magnifier", state: magnifier, viewport: middle, colorScheme: "light" },
  { name: "refusal", state: refusal, viewport: middle, colorScheme: "light" },
  { name: "shown-anyway", state: shownAnyway, viewport: middle, colorScheme: "light" },
  { name: "errors", state: errors, viewport: middle, colorScheme: "dark" },
  { name: "model-card", state: models, viewport: middle, colorScheme: "light" },
  { name: "help", state: help, viewport: middle, colorScheme: "dark" },
  { name: "forced-colours", state: film, viewport: middle, forcedColors: "active" },
];

mkdirSync(folder, { recursive: true });
const browser = await launch();
try {
  for (const { name, state, fullPage = false, ...look } of pictures) {
    if (names.length > 0 && !names.includes(name)) continue;
    const { page, context } = await openFile(browser, undefined, {
      ...look,
      reducedMotion: "reduce",
    });
    await page.evaluate(() => thoraxlite.ready);
    await state(page);
    await page.evaluate(() => document.fonts.ready);
    const path = resolve(folder, `${name}.png`);
    await page.screenshot({ path, fullPage });
    spawnSync("pngquant", ["--force", "--strip", "--speed=1", "--output", path, "128", path]);
    await context.close();
  }
} finally {
  await browser.close();
}
