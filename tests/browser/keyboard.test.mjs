// From the open page to a printed report without a mouse: every control is reached by Tab, shows that
// it has the focus, and does its work.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, openFile, root } from "./chromium.mjs";
import { chestPixels, dicomFile, filmElements } from "./dicom_files.mjs";
import { drawn, until } from "./hands.mjs";
import { blankPng, filmJpeg } from "./images.mjs";
import { withLungs } from "./lung_network.mjs";
import { readModel, writeModel } from "./model_file.mjs";

const modelFile = resolve(root, process.env.THORAXLITE_MODEL ?? "weights/covid.safetensors");
const [columns, rows] = [256, 256];
const dicom = dicomFile(
  filmElements({
    columns,
    rows,
    pixels: chestPixels(columns, rows),
    bitsStored: 12,
  }),
);

describe("without a mouse", () => {
  let browser, opened, page;
  before(async () => {
    browser = await launch();
    opened = await openFile(browser, undefined, { viewport: { width: 1440, height: 900 } });
    page = opened.page;
    await page.evaluate(() => thoraxlite.ready);
    await page.evaluate(
      (base64) =>
        thoraxlite.openModel(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))),
      writeModel(withLungs(readModel(readFileSync(modelFile)))).toString("base64"),
    );
    await page.evaluate(() => {
      window.prints = 0;
      window.print = () => ++window.prints;
      window.pointers = 0;
      for (const kind of ["pointerdown", "mousedown", "mousemove"])
        addEventListener(kind, () => ++window.pointers, true);
    });
  });
  after(async () => {
    const pointers = await page.evaluate(() => window.pointers);
    const address = page.url();
    await browser.close();
    assert.equal(pointers, 0, "no mouse was there");
    assert.deepEqual(opened.requests, [address]);
    assert.deepEqual(opened.complaints, []);
  });

  const press = (key) => page.keyboard.press(key);
  // Presses Tab until the control has the focus. Whatever is passed on the way shows its focus too.
  async function tabTo(control, key = "Tab") {
    for (let presses = 0; presses < 90; ++presses) {
      await press(key);
      const outline = await page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
        return document.activeElement === document.body || outlineStyle === "none"
          ? null
          : parseFloat(outlineWidth);
      });
      if (await control.evaluate((element) => element === document.activeElement)) {
        assert.ok(outline >= 2, `the focus is seen on ${control}`);
        return;
      }
    }
    assert.fail(`the keyboard does not reach ${control}`);
  }
  const button = (name) => page.getByRole("button", { name });
  const hasFocus = (control) => control.and(page.locator(":focus")).waitFor({ timeout: 5000 });
  const grid = () => page.getByRole("grid");
  // Of the films, `name` is the selected one.
  const selected = (name) =>
    page.getByRole("row", { selected: true }).getByText(name, { exact: true }).waitFor();
  const status = (name) =>
    page
      .getByRole("row")
      .filter({ has: page.getByText(name, { exact: true }) })
      .and(page.locator(":not([data-status=waiting])"))
      .waitFor();
  async function saved(name) {
    await tabTo(button(name));
    const download = page.waitForEvent("download");
    await press("Enter");
    return readFileSync(await (await download).path(), "utf8");
  }

  test("files are chosen, and the results spoken", async () => {
    const chooser = page.waitForEvent("filechooser");
    await tabTo(button("Choose files"));
    await press("Enter");
    await (
      await chooser
    ).setFiles(
      [
        ["film.jpg", filmJpeg],
        ["blank.png", blankPng],
        ["IM0001", dicom],
      ].map(([name, buffer]) => ({ name, mimeType: "", buffer })),
    );
    for (const name of ["film.jpg", "blank.png", "IM0001"]) await status(name);
    assert.match(
      await page.getByRole("status").textContent(),
      /^film\.jpg: .+ .*\d, (above|below|near) its threshold|^(film\.jpg|blank\.png|IM0001): .+\. \S/,
    );
  });

  test("the table is stepped through, and sorted", async () => {
    await tabTo(grid());
    const inOrder = ["blank.png", "film.jpg", "IM0001"];
    await press("Home");
    for (const name of inOrder) {
      await selected(name);
      await press("ArrowDown");
    }
    await selected("IM0001");
    const film = page.getByRole("columnheader", { name: "Film" });
    await tabTo(film.getByRole("button"));
    await press("Enter");
    assert.equal(await film.getAttribute("aria-sort"), "ascending");
    await press("Enter");
    assert.equal(await film.getAttribute("aria-sort"), "descending");
    await tabTo(grid(), "Shift+Tab");
    await press("Home");
    for (const name of inOrder.toReversed()) {
      await selected(name);
      await press("ArrowDown");
    }
    await press("ArrowUp");
    await selected("film.jpg");
  });

  test("the film is windowed, zoomed, moved and inverted", async () => {
    await drawn(page);
    await tabTo(page.locator(".film-view"));
    const zoom = async () => Number(await page.locator("[data-zoom]").getAttribute("data-zoom"));
    await press("1");
    assert.equal(await zoom(), 1);
    await press("+");
    assert.equal(await zoom(), 1.25);
    const width = () => page.getByLabel("Window width").inputValue();
    const before = await width();
    await press("Shift+ArrowLeft");
    assert.notEqual(await width(), before);
    await press("i");
    assert.equal(await button("Invert").getAttribute("aria-pressed"), "true");
    await press("r");
    assert.equal(await width(), before);
    assert.equal(await button("Invert").getAttribute("aria-pressed"), "false");
  });

  test("a finding is opened, its prevalence set, its evidence shown and faded", async () => {
    const pane = page.locator(".findings-pane");
    const head = pane.locator(".finding-head[aria-expanded=false]").first();
    const label = await head.locator(".label").textContent();
    await tabTo(head);
    await press("Enter");
    await page.getByRole("heading", { name: `Evidence for ${label}` }).waitFor();
    const prevalence = pane.getByRole("slider", { name: "Prevalence" });
    const part = await prevalence.inputValue();
    await tabTo(prevalence);
    await press("ArrowRight");
    assert.notEqual(await prevalence.inputValue(), part);

    const shown = pane.getByRole("checkbox", { name: "Show the evidence map" });
    await tabTo(shown);
    await press("Space");
    const map = page.getByRole("img", { name: `Evidence for ${label}` });
    await map.waitFor();
    await tabTo(pane.getByRole("slider", { name: "Opacity" }));
    await press("End");
    await until(async () => (await map.evaluate((canvas) => canvas.style.opacity)) === "1");
    await tabTo(pane.getByRole("checkbox", { name: "Outline the lung fields" }));
    await press("Space");
    await page.locator(".outline-layer").waitFor();
  });

  test("a refused film is shown anyway, and keeps its mark", async () => {
    await tabTo(grid());
    await press("End");
    await selected("blank.png");
    await tabTo(button("Show scores anyway"));
    await press("Enter");
    await page.locator(".findings-pane .finding").first().waitFor();
    assert.match(await page.locator(".findings-pane .warning").first().textContent(), /anyway/);
  });

  test("what a DICOM file says of its patient is asked for", async () => {
    await tabTo(grid());
    await press("Home");
    await selected("IM0001");
    await drawn(page);
    await tabTo(button("Show patient data"));
    await press("Enter");
    await page.getByText("P-1").waitFor();
    await press("Enter");
    await page.getByText("P-1").waitFor({ state: "detached" });
  });

  test("settings are made, and the focus comes back", async () => {
    await tabTo(button("Settings"));
    await press("Enter");
    await tabTo(page.getByLabel("Colours"));
    // As system has them, light, dark, high contrast.
    await press("End");
    assert.equal(await page.locator("html").getAttribute("data-theme"), "contrast");
    const remember = page.getByRole("checkbox", { name: "Remember" });
    await tabTo(remember);
    await press("Space");
    assert.ok(await remember.isChecked());
    await press("Space");
    await press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await hasFocus(button("Settings"));
  });

  test("the table is saved, and a report printed", async () => {
    const csv = await saved("Save as CSV");
    assert.match(csv, /\n"?film\.jpg"?,/);
    const json = JSON.parse(await saved("Save as JSON"));
    assert.match(json.notice, /Not a medical device/);
    assert.deepEqual(
      json.screenings.map(({ file, shown_anyway }) => [file, shown_anyway]),
      [
        ["IM0001", false],
        ["film.jpg", false],
        ["blank.png", true],
      ],
    );
    await tabTo(button("Print a report"));
    await press("Enter");
    await tabTo(page.getByRole("button", { name: "Print", exact: true }));
    await press("Enter");
    assert.equal(await page.evaluate(() => window.prints), 1);
    await press("Escape");
    await hasFocus(button("Print a report"));
  });

  test("help, the model card and its first words are reached; the list is cleared", async () => {
    await page.locator("dialog").waitFor({ state: "detached" });
    await press("?");
    await page.getByRole("dialog", { name: "Help and keys" }).waitFor();
    await press("Escape");
    await tabTo(page.locator(".model-chip"));
    await press("Enter");
    await page.getByRole("heading", { name: "What it is not for" }).waitFor();
    await press("Escape");
    await tabTo(button("Clear the list"));
    await press("Enter");
    await tabTo(button("Try the built-in sample"));
    await press("Space");
    await status("drawn-phantom.jpg");
  });
});
