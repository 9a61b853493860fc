// A reader's day: real films where they are at hand and drawn ones, three models, a switch in the middle
// of a run, a folder of 300, two tabs and a reload. No result changes but by being scored again, and the
// page, the report, CSV and JSON agree in every value.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, root } from "./chromium.mjs";
import { parseCsv } from "./csv.mjs";
import { dropFiles, dropPaths, find, row, until } from "./hands.mjs";
import { badFiles, blankPng, filmPng, filmPng16, numberedFilm } from "./images.mjs";
import { serveSite } from "./site.mjs";

const samples = resolve(root, "../shared/data/samples");
const real = !existsSync(samples)
  ? []
  : readdirSync(samples)
      .filter((name) => /\.(png|jpe?g)$/.test(name))
      .map((name) => ({ name, bytes: readFileSync(resolve(samples, name)) }));
const given = [
  ...real,
  { name: "drawn.png", bytes: filmPng },
  { name: "drawn16.png", bytes: filmPng16 },
  { name: "blank.png", bytes: blankPng },
  badFiles[0],
];
const cxrScreen = resolve(root, "build/native/native/screen/cxr-screen");
const weights = (name) => resolve(root, `weights/${name}.safetensors`);

describe("a day's walk", () => {
  let site, browser, context, page;
  const known = new Map(); // what was made of each film by each model, as it was first saved
  before(async () => {
    site = await serveSite();
    browser = await launch();
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    page = await tab();
  });
  after(async () => {
    await browser.close();
    site.close();
  });

  async function tab() {
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${site.port}/`);
    await page.evaluate(() => thoraxlite.ready);
    return page;
  }
  async function saved(kind, from = page) {
    const download = from.waitForEvent("download");
    await from.getByRole("button", { name: `Save as ${kind}` }).click();
    return readFileSync(await (await download).path(), "utf8");
  }
  const keyOf = ({ film, file, model }) => `${film.sha256} ${file} ${model.sha256}`;
  // All that was known is as it was; what is new is known from now on. Gives how many are new.
  async function nothingChanged(from = page) {
    const { screenings } = JSON.parse(await saved("JSON", from));
    const found = new Map(screenings.map((screening) => [keyOf(screening), screening]));
    assert.equal(found.size, screenings.length, "no result stands there twice");
    for (const [key, screening] of known) assert.deepEqual(found.get(key), screening);
    const before = known.size;
    for (const [key, screening] of found) known.set(key, screening);
    return known.size - before;
  }
  const idle = () =>
    until(async () => (await page.locator(".queue[data-busy=true]").count()) === 0);
  async function openModel(name) {
    await page.locator(".model-chip").click();
    await page.locator("input.choose-model").setInputFiles(weights(name));
    await page.getByRole("heading", { name: /^Model card of/ }).waitFor();
    await page.keyboard.press("Escape");
    await until(async () =>
      (await page.locator(".model-chip").textContent()).includes(name.split("-").at(-1)),
    );
  }

  test("films of all kinds", async () => {
    await dropFiles(page, given);
    await page.locator(".queue").getByText(`${given.length} of ${given.length} done`).waitFor();
    assert.equal(await nothingChanged(), given.length);
  });

  test(
    "the columns and values of cxr-screen's CSV",
    { skip: !existsSync(cxrScreen) && `${cxrScreen} is not built` },
    async () => {
      const file = resolve(mkdtempSync(resolve(tmpdir(), "thoraxlite-")), "drawn.png");
      writeFileSync(file, filmPng);
      const command = ["--model", weights("covid"), "--format", "csv", file];
      const [header, native] = parseCsv(execFileSync(cxrScreen, command, { encoding: "utf8" }));
      const [ownHeader, ...lines] = parseCsv((await saved("CSV")).slice(1));
      assert.deepEqual(ownHeader, header);
      const own = lines.find(([name]) => name === "drawn.png");
      // The notice is in the page's language and stands in its first row.
      const others = ["file", "time", "notice"];
      header.forEach((name, i) => {
        if (others.includes(name)) return;
        const difference = Math.abs(Number(own[i]) - Number(native[i]));
        assert.ok(own[i] === native[i] || difference <= 1e-3, `${name}: ${own[i]}, ${native[i]}`);
      });
    },
  );

  test("a folder of 300, and another model in the middle of it", async () => {
    const folder = resolve(mkdtempSync(resolve(tmpdir(), "thoraxlite-")), "folder");
    mkdirSync(folder);
    for (let i = 0; i < 300; ++i) writeFileSync(resolve(folder, `${i}.jpg`), numberedFilm(i));
    await dropPaths(page, [folder]);
    await until(async () => parseInt(await page.locator(".queue p").textContent()) > 20);
    await openModel("nih14");
    await idle();
    assert.equal(await nothingChanged(), 300);
    for (const { model } of known.values()) assert.equal(model.name, "covid-student");
  });

  test("looking at forty films, back and forth", async () => {
    await page.getByRole("grid").focus();
    await page.keyboard.press("Home");
    for (const key of ["ArrowDown", "ArrowUp"])
      for (let i = 0; i < 40; ++i) {
        await page.keyboard.press(key);
        if (i % 8 === 0) await page.locator(".findings-pane .result").first().waitFor();
      }
    assert.equal(await nothingChanged(), 0);
  });

  test("scored again by a second and a third model", async () => {
    await find(page, "drawn.png");
    await page.getByRole("button", { name: "Score again with nih14" }).click();
    await page.locator(".result").nth(1).waitFor();
    await page.getByRole("searchbox").fill("folder/29");
    const again = page.getByRole("button", { name: "Score 11 again with nih14" });
    await again.click();
    await idle();
    await again.waitFor({ state: "detached" });
    await page.getByRole("searchbox").fill("");
    assert.equal(await nothingChanged(), 12);
    await openModel("covid-assistant");
    await find(page, "drawn.png");
    await page.getByRole("button", { name: "Score again with covid-assistant" }).click();
    await page.locator(".result").nth(2).waitFor();
    assert.equal(await nothingChanged(), 1);
  });

  test("page, report, CSV and JSON agree in every value", async () => {
    const [header, ...lines] = parseCsv((await saved("CSV")).slice(1));
    const rows = lines.map((line) => Object.fromEntries(header.map((name, i) => [name, line[i]])));
    assert.equal(rows.length, known.size);
    for (const cells of rows) {
      const screening = known.get(`${cells.file_sha256} ${cells.file} ${cells.model_sha256}`);
      assert.deepEqual(
        [cells.status, cells.reason, cells.time, cells.model, cells.model_version],
        [
          screening.status,
          screening.message,
          screening.time,
          screening.model.name,
          screening.model.version,
        ],
      );
      assert.equal(cells.distance, String(screening.novelty?.distance ?? ""));
      for (const finding of screening.findings) {
        const column = (name) => cells[`${finding.label} ${name}`];
        const measured = finding.threshold !== null && !finding.neither;
        assert.equal(column("score"), String(finding.score));
        assert.equal(column("threshold"), measured ? String(finding.threshold) : "");
        assert.equal(column("above"), measured ? String(finding.positive) : "");
        assert.equal(column("near"), measured ? String(finding.near) : "");
      }
    }
    // What is read on the page and on paper, of the film with three results.
    const pane = await find(page, "drawn.png");
    const text = (score) => (100 * score).toFixed(1);
    const expected = [...known.values()].filter(({ file }) => file === "drawn.png");
    assert.equal(expected.length, 3);
    await page.getByRole("button", { name: "Print a report" }).click();
    const report = page.locator(".report section");
    await report.nth(2).waitFor({ state: "attached" });
    for (const [i, { findings, model }] of expected.entries()) {
      const result = pane.locator(`.result[data-model="${model.sha256}"]`);
      const shown = async (places) =>
        (await places.allTextContents()).toSorted((a, b) => a.localeCompare(b));
      const scores = findings
        .map(({ score }) => (score < 0.001 ? "< 0.1" : score > 0.999 ? "> 99.9" : text(score)))
        .toSorted((a, b) => a.localeCompare(b));
      assert.deepEqual(await shown(result.locator(".score")), scores);
      assert.deepEqual(await shown(report.nth(i).locator("tbody td:nth-child(2)")), scores);
      const printed = await report.nth(i).textContent();
      for (const value of [model.name, model.sha256]) assert.ok(printed.includes(value), value);
    }
    await page.keyboard.press("Escape");
  });

  test("two tabs agree about what is remembered, and a reload brings it back", async () => {
    const settings = async (from) => {
      await from.getByRole("button", { name: "Settings", exact: true }).click();
      return from.getByRole("dialog", { name: "Settings" });
    };
    await (await settings(page)).getByRole("checkbox", { name: "Remember" }).check();
    await page.keyboard.press("Escape");
    await page.waitForTimeout(1000); // the lot is written
    await page.reload();
    await page.evaluate(() => thoraxlite.ready);
    await page.locator(".film-row").first().waitFor();
    assert.equal(await nothingChanged(), 0);
    const other = await tab();
    await other.locator(".film-row").first().waitFor();
    assert.equal(await nothingChanged(other), 0);
    // A film that is given again finds its row, and is no second one.
    const rows = await page.getByRole("grid").getAttribute("aria-rowcount");
    await dropFiles(page, [{ name: "drawn.png", bytes: filmPng }]);
    await page.getByText("A film was given before").waitFor();
    assert.equal(await page.getByRole("grid").getAttribute("aria-rowcount"), rows);
    assert.equal(await nothingChanged(), 0);
    // What one tab erases the other does not write anew.
    const erase = await settings(other);
    await erase.getByRole("button", { name: "Erase" }).click();
    await other.keyboard.press("Escape");
    const box = (await settings(page)).getByRole("checkbox", { name: "Remember" });
    await until(async () => !(await box.isChecked()));
    await page.keyboard.press("Escape");
    await dropFiles(page, [{ name: "new.jpg", bytes: numberedFilm(999) }]);
    await row(page, "new.jpg").and(page.locator("[data-status=ok]")).waitFor();
    await page.waitForTimeout(1000);
    const kept = await page.evaluate(async () => [
      localStorage.length,
      (await indexedDB.databases()).length,
    ]);
    assert.deepEqual(kept, [0, 0]);
    assert.equal(await nothingChanged(), 1, "the results that are on the page stay there");
  });
});
