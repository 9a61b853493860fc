// A film's report: each figure is the screening's, each picture the film's.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { PNG } from "pngjs";
import { launch, openFile, root } from "./chromium.mjs";
import { drawn, dropFiles, read } from "./hands.mjs";
import { filmJpeg, writeGrey } from "./images.mjs";
import { withLungs } from "./lung_network.mjs";
import { readModel, writeModel } from "./model_file.mjs";

const number = (value, options) => new Intl.NumberFormat("en-US", options).format(value);
const tenths = (score) =>
  number(100 * score, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
function scoreText(score) {
  if (score > 0 && score < 0.001) return `< ${tenths(0.001)}`;
  if (score < 1 && score > 0.999) return `> ${tenths(0.999)}`;
  return tenths(score);
}
const student = withLungs(readModel(readFileSync(resolve(root, "weights/covid.safetensors"))));
const names = { pneumonia: "Pneumonia", covid: "COVID-19" };

// Above and nearest to their thresholds first; what is no finding last.
function inOrder(findings) {
  const place = ({ score, threshold }) =>
    score < threshold ? score / threshold : 1 + (score - threshold) / (1 - threshold);
  const rank = ({ positive, near, neither }) => (neither ? 3 : positive ? 0 : near ? 1 : 2);
  return findings.toSorted((a, b) => rank(a) - rank(b) || place(b) - place(a));
}

describe("a report", () => {
  let browser, opened, page;
  before(async () => {
    browser = await launch();
    opened = await openFile(browser);
    page = opened.page;
    await page.evaluate(() => thoraxlite.ready);
    await openModel(student);
  });
  after(async () => {
    await browser.close();
    assert.deepEqual(opened.complaints, []);
  });

  const openModel = (model) =>
    page.evaluate(
      (base64) =>
        thoraxlite.openModel(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))),
      writeModel(model).toString("base64"),
    );
  async function open(name, bytes) {
    await dropFiles(page, [{ name, bytes }]);
    await read(page, name);
    return print();
  }
  async function print() {
    await drawn(page);
    await page.getByRole("button", { name: "Print a report" }).click();
    const report = page.locator(".report");
    await report.locator("canvas").first().waitFor({ state: "attached" });
    await page.emulateMedia({ media: "print" });
    return report;
  }
  async function close() {
    await page.emulateMedia({ media: "screen" });
    await page.keyboard.press("Escape");
    await page.locator(".report").waitFor({ state: "detached" });
  }
  // values: red, green and blue of each pixel. A picture is opaque everywhere.
  async function picture(canvas) {
    const address = await canvas.evaluate((canvas) => canvas.toDataURL("image/png"));
    const { width, height, data } = PNG.sync.read(Buffer.from(address.split(",")[1], "base64"));
    assert.ok(data.every((value, i) => i % 4 < 3 || value === 255));
    return { width, height, values: data.filter((_, i) => i % 4 < 3) };
  }
  const isGrey = (values) => values.every((value, i) => value === values[i - (i % 3)]);

  test("has each finding's figures, and the picture of the foremost's evidence", async () => {
    const { findings } = await page.evaluate(
      (bytes) => thoraxlite.screen(new Uint8Array(bytes), "again.jpg"),
      [...filmJpeg],
    );
    const report = await open("film.jpg", filmJpeg);
    const rows = report.locator("tbody tr");
    assert.equal(await rows.count(), findings.length);
    const ordered = inOrder(findings);
    for (const [i, finding] of ordered.entries()) {
      const [label, score, threshold, side, , , inside] = await rows
        .nth(i)
        .locator("th, td")
        .allTextContents();
      assert.equal(score, scoreText(finding.score));
      const { evidence_inside_lungs: part } = finding;
      assert.ok(part !== null || findings.some((one) => one.evidence_inside_lungs !== null));
      assert.equal(inside, part === null ? "–" : number(part, { maximumSignificantDigits: 3 }));
      if (finding.neither) {
        assert.deepEqual([threshold, side], ["–", "no finding"]);
        continue;
      }
      assert.equal(label, names[finding.label]);
      assert.equal(threshold, scoreText(finding.threshold));
      const { near, positive } = finding;
      assert.equal(side, near ? "≈ near" : positive ? "▲ above" : "▽ below");
    }
    const [foremost] = ordered;
    const captions = await report.locator("figcaption").allTextContents();
    assert.equal(captions.length, 2);
    assert.match(captions[1], new RegExp(`\\b${names[foremost.label]}\\b`));
    const [plain, overlaid] = await Promise.all(
      [0, 1].map(async (i) => picture(report.locator("canvas").nth(i))),
    );
    assert.deepEqual([plain.width, plain.height], [620, 540], "as many pixels as the film has");
    assert.deepEqual([overlaid.width, overlaid.height], [620, 540]);
    assert.ok(isGrey(plain.values) && !isGrey(overlaid.values));
    // Half of what is seen is the film at the least.
    const most = overlaid.values.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - plain.values[i])),
      0,
    );
    assert.ok(most > 32 && most <= 128, `the map changes the film by ${most}`);
    await close();
  });

  test("shows a large film smaller, by its means, from its darkest to its brightest", async () => {
    const [width, height] = [1820, 910];
    // From dark to bright, and each three by three pixels another step beside it.
    const step = (x, y) => (((x * 7 + y * 5) % 11) - 5) * 4;
    const value = (x, y) => 40 + (130 * x) / 606 + (50 * y) / 303 + step(x, y);
    const film = (x, y) => Math.round(value(Math.floor(x / 3), Math.floor(y / 3)));
    const report = await open("steps.png", writeGrey(width, height, film));
    const { width: across, height: down, values } = await picture(report.locator("canvas").first());
    assert.deepEqual([across, down], [606, 303], "three by three pixels are one");
    assert.ok(isGrey(values));
    // All but the darkest and the brightest hundredth, of what is left of it at an eighth of the size.
    const coarse = Array.from({ length: 75 * 37 }, (_, i) => {
      const [left, top] = [8 * (i % 75), 8 * Math.floor(i / 75)];
      let sum = 0;
      for (let k = 0; k < 64; ++k) sum += value(left + (k % 8), top + Math.floor(k / 8));
      return sum / 64;
    }).sort((a, b) => a - b);
    const [low, high] = [0.01, 0.99].map((part) => coarse[Math.floor(part * coarse.length)]);
    for (let y = 0; y < down; y += 43)
      for (let x = 0; x < across; x += 5) {
        const part = (value(x, y) - low) / (high - low);
        const expected = 255 * Math.min(Math.max(part, 0), 1);
        const found = values[3 * (y * across + x)];
        assert.ok(Math.abs(found - expected) <= 8, `(${x}, ${y}) is ${found}, not ${expected}`);
      }
    await close();
  });

  test("shows a film of up to 900 pixels as it is, a larger one at half its size", async () => {
    for (const [side, shown] of [
      [900, 900],
      [901, 450],
    ]) {
      const report = await open(
        `${side}.png`,
        writeGrey(side, 300, (x, y) => (x + y) % 200),
      );
      assert.equal((await picture(report.locator("canvas").first())).width, shown);
      await close();
    }
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
    assert.equal(await report.locator("table").count(), 0);
    assert.equal(await report.locator("canvas").count(), 1);
    await close();
  });

  test("has the map of the model that made one, though another refused the film after it", async () => {
    const strict = structuredClone(student);
    strict.card.name = "strict";
    strict.card.novelty.threshold = 1e-6;
    await openModel({ ...strict, data: student.data });
    const pane = await read(page, "film.jpg");
    await pane.getByRole("button", { name: "Score again with strict" }).click();
    await pane.locator(".result[data-status=refused]").waitFor();
    const report = await print();
    assert.match(await report.locator("figcaption").last().textContent(), /\(covid-student\)$/);
    const overlaid = await picture(report.locator("canvas").nth(1));
    assert.ok(!isGrey(overlaid.values));
    const [first, second] = await report.locator("section").allInnerTexts();
    assert.match(first, /covid-student/);
    assert.match(second, /Unlike the films.*strict/s);
    await close();
  });
});
