// How common a finding is in one's own clinic: by a slider that moves in log odds, by keys and by a
// number, within what can be asked. models.test.mjs looks at what is made of it.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { launch, openFile } from "./chromium.mjs";
import { dropFiles, read, until } from "./hands.mjs";
import { filmJpeg } from "./images.mjs";

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
    await open("Pneumonia");
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
  // The page draws what was said a moment later.
  const shows = async (text, why) => {
    await until(async () => (await number.inputValue()) === text).catch(() => {});
    assert.equal(await number.inputValue(), text, why);
  };
  const numbers = async () => [
    await number.inputValue(),
    Number(await slider.inputValue()),
    await slider.getAttribute("aria-valuetext"),
  ];
  const near = (actual, expected) =>
    assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);

  test("by number moves the slider, in log odds, and ends where it can end", async () => {
    for (const [text, shown, part] of [
      ["0.1", "0.1", 0.001],
      ["2", "2", 0.02],
      ["50", "50", 0.5],
      ["90", "90", 0.9],
      ["0.05", "0.1", 0.001],
      ["90.5", "90", 0.9],
    ]) {
      await set(text);
      await shows(shown);
      const [box, at, words] = await numbers();
      assert.deepEqual([box, words], [shown, percent(part)], text);
      near(at, logOdds(part));
      const said = await detail.getByRole("status").count();
      assert.equal(said, text === shown ? 0 : 1, `${text}: that it was beyond the ends is said`);
    }
    near(Number(await slider.getAttribute("min")), logOdds(0.001));
    near(Number(await slider.getAttribute("max")), logOdds(0.9));
  });

  test("by number is as exact as it was typed, and shown to three digits", async () => {
    await set("12.34");
    await shows("12.3");
    near((await numbers())[1], logOdds(0.1234));
    // The same once more, from the same end.
    for (let i = 0; i < 2; ++i) {
      await set("95");
      await shows("90");
    }
  });

  test("by slider sets the number, to three digits", async () => {
    for (const [part, text] of [
      [0.05, "5"],
      [0.12345, "12.3"],
      [0.5, "50"],
    ]) {
      await slider.fill(String(logOdds(part)));
      await shows(text);
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
      await shows(text, key);
    }
    await set("90");
    await slider.press("ArrowRight");
    await shows("90");
    await set("0.1");
    await slider.press("ArrowLeft");
    await shows("0.1");
  });

  test("is none until somebody says one, and then from 3% on", async () => {
    await set("");
    await detail.locator("[data-said=false]").waitFor();
    assert.equal(await detail.locator("dd[data-value]").count(), 0);
    near((await numbers())[1], logOdds(0.03));
    await slider.press("ArrowRight");
    await shows("3.3");
    await detail.locator("[data-said=true]").waitFor();
  });

  test("is each finding's own", async () => {
    await open("COVID-19");
    await set("33");
    await open("Pneumonia");
    await shows("10");
    await open("COVID-19");
    await shows("33");
    await open("Pneumonia");
  });

  test("which of the two values speaks of this film is marked", async () => {
    const { findings } = await page.evaluate(
      (bytes) => thoraxlite.screen(new Uint8Array(bytes), "again.jpg"),
      [...filmJpeg],
    );
    const { positive } = findings.find(({ label }) => label === "pneumonia");
    const speaks = (value) => detail.locator(`dd[data-value=${value}]`).getAttribute("data-speaks");
    assert.deepEqual(
      [await speaks("positive"), await speaks("negative")],
      [String(positive), String(!positive)],
    );
  });
});
