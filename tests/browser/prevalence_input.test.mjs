// How common a finding is in one's own clinic: by a slider that moves in log odds, by keys and by a
// number, within what can be asked.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { launch, openFile, root } from "./chromium.mjs";
import { dropFiles, read } from "./hands.mjs";
import { filmJpeg } from "./images.mjs";
import { readModel } from "./model_file.mjs";

const modelFile = resolve(root, process.env.THORAXLITE_MODEL ?? "weights/covid.safetensors");
const points = readModel(readFileSync(modelFile)).card.calibration.operating_points;

const logOdds = (part) => Math.log(part / (1 - part));
const percent = (part) =>
  new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 1 }).format(part);

describe("the prevalence", () => {
  let browser, page, detail, number, slider;
  before(async () => {
    browser = await launch();
    ({ page } = await openFile(browser));
    await page.evaluate(() => thoraxlite.ready);
    await dropFiles(page, [{ name: "film.jpg", bytes: filmJpeg }]);
    await read(page, "film.jpg");
    await open(points[0].label);
    detail = page.locator(".finding-detail");
    number = detail.getByLabel("Prevalence in percent");
    slider = detail.getByRole("slider", { name: "Prevalence" });
  });
  after(() => browser.close());
  beforeEach(() => set("10"));

  async function open(label) {
    const head = page.locator(".finding-head").filter({ hasText: label });
    if ((await head.getAttribute("aria-expanded")) === "false") await head.click();
  }
  async function set(text) {
    await number.fill(text);
    await number.blur();
  }
  const numbers = async () => [
    await number.inputValue(),
    Number(await slider.inputValue()),
    await slider.getAttribute("aria-valuetext"),
  ];
  const near = (actual, expected) =>
    assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);

  test("by number moves the slider, in log odds", async () => {
    for (const [text, part] of [
      ["0.1", 0.001],
      ["2", 0.02],
      ["50", 0.5],
      ["90", 0.9],
    ]) {
      await set(text);
      const [shown, at, words] = await numbers();
      assert.deepEqual([shown, words], [text, percent(part)]);
      near(at, logOdds(part));
    }
    near(Number(await slider.getAttribute("min")), logOdds(0.001));
    near(Number(await slider.getAttribute("max")), logOdds(0.9));
  });

  test("by slider sets the number, to three digits", async () => {
    for (const [part, text] of [
      [0.05, "5"],
      [0.12345, "12.3"],
      [0.5, "50"],
    ]) {
      await slider.fill(String(logOdds(part)));
      assert.equal(await number.inputValue(), text);
    }
  });

  test("by keys goes a tenth up and down, and not beyond its ends", async () => {
    for (const [key, text] of [
      ["ArrowRight", "11"],
      ["ArrowUp", "12.1"],
      ["ArrowLeft", "11"],
      ["ArrowDown", "10"],
    ]) {
      await slider.press(key);
      assert.equal(await number.inputValue(), text, key);
    }
    await set("90");
    await slider.press("ArrowRight");
    assert.equal(await number.inputValue(), "90");
    await set("0.1");
    await slider.press("ArrowLeft");
    assert.equal(await number.inputValue(), "0.1");
  });

  test("beyond its ends is not taken", async () => {
    const [, at] = await numbers();
    for (const text of ["0.05", "0.0995", "90.05", "95", "-1", ""]) {
      await set(text);
      near((await numbers())[1], at);
    }
  });

  test("is each finding's own", async () => {
    await open(points[1].label);
    await set("33");
    await open(points[0].label);
    assert.equal(await number.inputValue(), "10");
    await open(points[1].label);
    assert.equal(await number.inputValue(), "33");
    await open(points[0].label);
  });

  test("among the films that it was measured on is said, and which value speaks of this film", async () => {
    const { positives, cases, label } = points[0];
    assert.ok((await detail.textContent()).includes(percent(positives / cases)));
    const { findings } = await page.evaluate(
      (bytes) => thoraxlite.screen(new Uint8Array(bytes), "again.jpg"),
      [...filmJpeg],
    );
    const { positive } = findings.find((finding) => finding.label === label);
    const speaks = (value) => detail.locator(`dd[data-value=${value}]`).getAttribute("data-speaks");
    assert.deepEqual(
      [await speaks("positive"), await speaks("negative")],
      [String(positive), String(!positive)],
    );
  });
});
