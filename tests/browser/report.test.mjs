// A film's report: each figure is the screening's, each picture the film's.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch, openFile } from "./chromium.mjs";
import { drawn, dropFiles, read } from "./hands.mjs";
import { filmJpeg, writeGrey } from "./images.mjs";

const percent = (part) =>
  new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 1 }).format(part);
const score = (value) => {
  if (value > 0 && value < 0.001) return `< ${percent(0.001)}`;
  if (value < 1 && value > 0.999) return `> ${percent(0.999)}`;
  return percent(value);
};

describe("a report", () => {
  let browser, page;
  before(async () => {
    browser = await launch();
    ({ page } = await openFile(browser));
    await page.evaluate(() => thoraxlite.ready);
  });
  after(() => browser.close());

  async function open(name, bytes) {
    await dropFiles(page, [{ name, bytes }]);
    await read(page, name);
    await drawn(page);
    await page.getByRole("button", { name: "Print a report" }).click();
    await page.emulateMedia({ media: "print" });
    return page.locator(".report");
  }
  async function close() {
    await page.emulateMedia({ media: "screen" });
    await page.keyboard.press("Escape");
    await page.locator(".report").waitFor({ state: "detached" });
  }
  // Red of every pixel: grey pictures have it in all three.
  const picture = (canvas) =>
    canvas.evaluate((canvas) => {
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
      const isGrey = data.every((value, i) => i % 4 === 3 || value === data[i - (i % 4)]);
      return { width, height, isGrey, values: [...data].filter((_, i) => i % 4 === 0) };
    });

  test("has each finding's figures, and the picture of the foremost's evidence", async () => {
    const { findings } = await page.evaluate(
      (bytes) => thoraxlite.screen(new Uint8Array(bytes), "again.jpg"),
      [...filmJpeg],
    );
    const report = await open("film.jpg", filmJpeg);
    const rows = report.locator("tbody tr");
    assert.equal(await rows.count(), findings.length);
    for (const [i, finding] of findings.entries()) {
      const [label, value, threshold, side, inside] = await rows
        .nth(i)
        .locator("th, td")
        .allTextContents();
      assert.equal(label, finding.label);
      assert.deepEqual(
        [value, threshold, inside],
        [finding.score, finding.threshold, finding.evidence_inside_lungs].map((each) =>
          each === null ? "–" : score(each),
        ),
      );
      assert.match(side, finding.positive ? /^▲ .*above/ : /^▽ .*below/);
    }
    const above = findings.filter(({ positive }) => positive);
    const foremost = (above.length > 0 ? above : findings).toSorted((a, b) => b.score - a.score)[0];
    const captions = await report.locator("figcaption").allTextContents();
    assert.equal(captions.length, 2);
    assert.match(captions[1], new RegExp(`\\b${foremost.label}\\b`));
    const [plain, overlaid] = await Promise.all(
      [0, 1].map(async (i) => picture(report.locator("canvas").nth(i))),
    );
    assert.deepEqual([plain.width, plain.height], [620, 540], "as many pixels as the film has");
    assert.deepEqual([overlaid.width, overlaid.height], [620, 540]);
    assert.ok(plain.isGrey && !overlaid.isGrey);
    await close();
  });

  test("shows a large film smaller, by its means, from its darkest to its brightest", async () => {
    const [width, height] = [1820, 910];
    const ramp = (x, y) => 20 + Math.floor((200 * x) / width) + ((x + y) % 3);
    const report = await open("ramp.png", writeGrey(width, height, ramp));
    const {
      width: across,
      height: down,
      isGrey,
      values,
    } = await picture(report.locator("canvas").first());
    assert.deepEqual([across, down], [606, 303], "three by three pixels are one");
    assert.ok(isGrey);
    // All but the darkest and the brightest hundredth: 2 grey values of 200 at each end.
    const [low, high] = [20 + 2 + 1, 20 + 198 + 1];
    for (const [x, y] of [
      [60, 10],
      [303, 150],
      [303, 300],
      [545, 200],
    ]) {
      const mean = 20 + (200 * (3 * x + 1.5)) / width + 0.5;
      const expected = (255 * (mean - low)) / (high - low);
      const found = values[y * across + x];
      assert.ok(Math.abs(found - expected) <= 4, `(${x}, ${y}) is ${found}, not ${expected}`);
    }
    assert.deepEqual([values[0], values[across - 1]], [0, 255]);
    await close();
  });

  test("says of a refused film why", async () => {
    const { message } = await page.evaluate(
      (bytes) => thoraxlite.screen(new Uint8Array(bytes), "again.png"),
      [...writeGrey(300, 300, () => 90)],
    );
    const report = await open(
      "blank.png",
      writeGrey(300, 300, () => 90),
    );
    const text = await report.innerText();
    assert.ok(text.includes(message) && /Blank/.test(text), text);
    assert.equal(await report.locator("tbody tr").count(), 0);
    assert.equal(await report.locator("canvas").count(), 1);
    await close();
  });
});
