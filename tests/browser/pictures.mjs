// node pictures.mjs [FOLDER [NAME...]]: pictures of the page's states, or of the named ones, by
// default for the docs into web/docs.
// Only drawn phantoms are shown, never a patient's film. pngquant, where it is installed, makes them
// a quarter of the size.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import jpeg from "jpeg-js";
import { launch, openFile, root } from "./chromium.mjs";
import { dicomFile, filmElements } from "./dicom_files.mjs";
import { drawn, dropFiles, read } from "./hands.mjs";
import { badFiles, blankPng, writeGrey } from "./images.mjs";
import { readModel, writeModel } from "./model_file.mjs";

const [folder = resolve(root, "web/docs"), ...names] = process.argv.slice(2);

const wide = { width: 1440, height: 900 };
const middle = { width: 1024, height: 768 };
const narrow = { width: 390, height: 844 };
const laptop = { width: 1366, height: 768 };
const zoomed = { width: 1093, height: 614 }; // the laptop at 125 %

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
  await page.evaluate(() => scrollTo(0, 0));
}

async function evidencePanel(page) {
  await evidence(page);
  await page.locator(".evidence").evaluate((panel) => panel.scrollIntoView());
}

async function magnifier(page) {
  await film(page);
  const { x, y, width, height } = await page.locator(".film-view").boundingBox();
  await page.keyboard.press("m");
  await page.mouse.move(x + width * 0.36, y + height * 0.4);
}

// The built-in phantom's grey values, 0 to 255.
const phantom = jpeg.decode(readFileSync(resolve(root, "build/sample.jpg")));
const [columns, rows] = [phantom.width, phantom.height];
const grey = (i) => phantom.data[4 * i];
const asPng = (value) => writeGrey(columns, rows, (x, y) => value(grey(y * columns + x)));
const asDicom = (more) =>
  dicomFile(
    filmElements({
      columns,
      rows,
      bitsStored: 12,
      pixels: Uint16Array.from({ length: columns * rows }, (_, i) => grey(i) * 12 + 400),
      more: [
        [0x00281050, "DS", "1930\\1200"],
        [0x00281051, "DS", "3060\\1400"],
        [0x00281055, "LO", "WHOLE\\LUNG"],
        ...more,
      ],
    }),
  );

async function refusal(page) {
  await dropFiles(page, [{ name: "negative.png", bytes: asPng((value) => 255 - value) }]);
  const pane = await read(page, "negative.png");
  await pane.getByRole("heading", { name: "Black and white" }).waitFor();
  await drawn(page);
}

async function dicom(page) {
  await dropFiles(page, [{ name: "IM0001", bytes: asDicom([]) }]);
  await (await read(page, "IM0001")).locator(".finding").first().waitFor();
  await drawn(page);
}

// Films of a folder: scored, refused for several reasons, and not read.
async function many(page) {
  const colours = { width: columns, height: rows, data: Buffer.from(phantom.data) };
  for (let i = 0; i < columns * rows; ++i) colours.data[4 * i + 2] = 40;
  await dropFiles(page, [
    { name: "phantom 1.png", bytes: asPng((value) => value) },
    { name: "phantom 2.png", bytes: asPng((value) => value * 0.8 + 20) },
    { name: "phantom 3.png", bytes: asPng((value) => (value * value) / 255) },
    { name: "phantom 4.png", bytes: asPng((value) => Math.sqrt(value * 255)) },
    { name: "IM0001", bytes: asDicom([]) },
    { name: "IM0002", bytes: asDicom([[0x00185101, "CS", "LL"]]) },
    { name: "blank.png", bytes: blankPng },
    { name: "colours.jpg", bytes: Buffer.from(jpeg.encode(colours, 88).data) },
    { name: "dark.png", bytes: asPng((value) => value * 0.09) },
    { name: "light.png", bytes: asPng((value) => 235 + value * 0.07) },
    { name: "negative.png", bytes: asPng((value) => 255 - value) },
    ...badFiles.slice(0, 4),
  ]);
  await page
    .locator(".queue")
    .getByText(/15 (of|von) 15/)
    .waitFor();
  await read(page, "phantom 2.png");
  await drawn(page);
}

async function table(page) {
  await many(page);
  await page.getByRole("button", { name: "Table only" }).click();
}

async function openModel(page, name) {
  await page.locator(".model-chip").click();
  // It would refuse a drawn film; here it does not.
  const model = readModel(readFileSync(resolve(root, `weights/${name}.safetensors`)));
  model.card.novelty.threshold = 1e6;
  await page.locator("input.choose-model").setInputFiles({
    name: `${name}.safetensors`,
    mimeType: "",
    buffer: writeModel(model),
  });
  await page.getByRole("heading", { name: `Model card of ${name}` }).waitFor();
  await page.keyboard.press("Escape");
}

// A film by two models, among others by one.
async function twoModels(page) {
  await many(page);
  await openModel(page, "nih14");
  await page.getByRole("button", { name: "Score again with nih14" }).click();
  await page.locator(".result").nth(1).waitFor();
  await page.locator(".findings-pane").evaluate((pane) => pane.scrollTo(0, 0));
}

async function twoModelsInTable(page) {
  await twoModels(page);
  await page.getByRole("button", { name: "Table only" }).click();
}

async function fourteen(page) {
  await openModel(page, "nih14");
  await film(page);
}

// Lying on its side, which is offered to be mended.
async function sideways(page) {
  const turned = writeGrey(rows, columns, (x, y) => grey(x * columns + (columns - 1 - y)));
  await dropFiles(page, [{ name: "sideways.png", bytes: turned }]);
  await (await read(page, "sideways.png")).locator(".refusal").waitFor();
  await drawn(page);
}

async function contrast(page) {
  await evidence(page);
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByLabel("Colours").selectOption("High contrast");
  await page.keyboard.press("Escape");
}

async function settings(page) {
  await film(page);
  await page.getByRole("button", { name: "Settings" }).click();
}

async function report(page) {
  await film(page);
  await page.getByRole("button", { name: "Print a report" }).click();
  await page.locator(".report canvas").first().waitFor({ state: "attached" });
  await page.emulateMedia({ media: "print" });
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
  { name: "evidence", state: evidencePanel, viewport: wide, colorScheme: "dark" },
  { name: "dark", state: many, viewport: wide, colorScheme: "dark" },
  { name: "middle", state: evidence, viewport: middle, colorScheme: "dark" },
  { name: "contrast", state: contrast, viewport: wide, colorScheme: "dark" },
  { name: "table", state: table, viewport: wide, colorScheme: "light" },
  { name: "table-narrow", state: table, viewport: narrow, colorScheme: "dark" },
  { name: "two-models", state: twoModels, viewport: wide, colorScheme: "light" },
  { name: "two-models-table", state: twoModelsInTable, viewport: wide, colorScheme: "dark" },
  { name: "fourteen", state: fourteen, viewport: laptop, colorScheme: "light" },
  { name: "sideways", state: sideways, viewport: middle, colorScheme: "dark" },
  { name: "german", state: many, viewport: zoomed, colorScheme: "light", locale: "de-DE" },
  { name: "dicom", state: dicom, viewport: wide, colorScheme: "light" },
  { name: "report", state: report, viewport: middle, fullPage: true },
  { name: "settings", state: settings, viewport: middle, colorScheme: "light" },
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
    await page
      .locator(".film-table")
      .evaluateAll((tables) => tables.forEach((one) => one.scrollTo({ left: 0 })));
    const path = resolve(folder, `${name}.png`);
    await page.screenshot({ path, fullPage });
    spawnSync("pngquant", ["--force", "--strip", "--speed=1", "--output", path, "128", path]);
    await context.close();
  }
} finally {
  await browser.close();
}
