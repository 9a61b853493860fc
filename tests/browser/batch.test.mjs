// Many films at once: folders, the queue, the table, and what is saved of it.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { launch, openFile } from "./chromium.mjs";
import { parseCsv } from "./csv.mjs";
import { clearList, dropPaths, row, until } from "./hands.mjs";
import { drawPng, filmJpeg, filmPng } from "./images.mjs";
import { temporaryFolder } from "./temporary.mjs";

const names = (page) => page.locator(".row-name").allTextContents();
const done = (page, count) => page.getByText(`${count} of ${count} done`).waitFor();

// A folder with sub-folders, files without an ending, a bad one and a hidden one.
function makeFolder() {
  const folder = resolve(temporaryFolder(), "study");
  mkdirSync(resolve(folder, "a/deep"), { recursive: true });
  mkdirSync(resolve(folder, "b"));
  writeFileSync(resolve(folder, "film2"), filmJpeg);
  writeFileSync(resolve(folder, "film10.jpg"), filmJpeg);
  writeFileSync(resolve(folder, "a/deep/no ending"), filmPng);
  writeFileSync(resolve(folder, "b/letter.jpg"), "Dear colleague, here is the film.\n".repeat(9));
  writeFileSync(resolve(folder, "b/.hidden"), "nothing");
  return folder;
}
const inFolder = [
  "study/a/deep/no ending",
  "study/b/letter.jpg",
  "study/film2",
  "study/film10.jpg",
];

describe("many films", () => {
  // One page for all: the list is cleared between.
  let browser, opened, page;
  before(async () => {
    browser = await launch();
    opened = await openFile(browser);
    page = opened.page;
    await page.evaluate(() => thoraxlite.ready);
  });
  after(() => browser.close());
  beforeEach(() => clearList(page));
  afterEach(() => {
    assert.deepEqual(opened.requests, [page.url()]);
    assert.deepEqual(opened.complaints, []);
  });

  for (const [way, give] of Object.entries({
    dropped: (folder) => dropPaths(page, [folder]),
    chosen: (folder) => page.locator("input.choose-folder").setInputFiles(folder),
  }))
    test(`a ${way} folder is walked, and a bad file is a row among the others`, async () => {
      await give(makeFolder());
      await done(page, 4);
      assert.deepEqual(await names(page), inFolder);
      for (const name of inFolder)
        assert.equal(
          await row(page, name).getAttribute("data-status"),
          name.endsWith("letter.jpg") ? "error" : "ok",
        );
    });

  test("the table is filtered, sorted and stepped through with the keyboard", async () => {
    await dropPaths(page, [makeFolder()]);
    await done(page, 4);
    const table = page.getByRole("grid");
    const selected = async () =>
      page.locator("[role=row][aria-selected=true] .row-name").textContent();

    await table.focus();
    assert.equal(await selected(), inFolder[0]);
    await page.keyboard.press("ArrowDown");
    assert.equal(await selected(), inFolder[1]);
    await page.getByRole("heading", { name: inFolder[1] }).waitFor();
    await page.keyboard.press("End");
    assert.equal(await selected(), inFolder[3]);
    await page.keyboard.press("ArrowDown");
    assert.equal(await selected(), inFolder[3], "there is no film after the last");
    await page.keyboard.press("Home");
    assert.equal(await selected(), inFolder[0]);
    const active = await table.getAttribute("aria-activedescendant");
    assert.match(await page.locator(`#${active}`).textContent(), /no ending/);

    await page.getByRole("searchbox").fill("FILM");
    assert.deepEqual(await names(page), inFolder.slice(2));
    await page.getByText("2 of 4 shown").waitFor();
    await page.getByRole("searchbox").fill("");
    await page.getByRole("combobox", { name: "Status" }).selectOption("No result");
    assert.deepEqual(await names(page), [inFolder[1]]);
    await page.getByRole("combobox", { name: "Status" }).selectOption("Any status");

    await page.getByRole("button", { name: "Film", exact: true }).click();
    await page.getByRole("button", { name: "Film", exact: true }).click();
    assert.deepEqual(await names(page), inFolder.toSorted(byNumber).reverse());

    const label = "Pneumonia";
    const cells = "[role=row] .cell-score:nth-child(5)"; // behind name, status, model and "normal"
    await page.getByRole("columnheader", { name: label }).getByRole("button").click();
    const scores = await page.locator(cells).allTextContents();
    const values = scores.map((text) => parseFloat(text.replace(/[^\d.]/g, "")));
    assert.equal((await names(page)).at(-1), inFolder[1], "what has no score stands last");
    assert.equal(values.length, 3);
    assert.deepEqual(
      values,
      values.toSorted((a, b) => b - a),
    );
    const last = page.getByRole("row").filter({ hasText: "letter.jpg" });
    assert.match(await last.textContent(), /text file/, "in place of scores it has its reason");

    await page
      .getByRole("combobox", { name: "Findings" })
      .selectOption(`${label} above its threshold`);
    const above = await page.locator(cells).allTextContents();
    for (const text of above) assert.match(text, /▲|≈/);
    await page.getByRole("combobox", { name: "Findings" }).selectOption({ index: 0 });
  });

  const byNumber = (a, b) => a.localeCompare(b, "en", { numeric: true });

  test("a run can be halted, taken up again, and ended", async () => {
    // Films that take a while, so that there is something to halt.
    const bytes = drawPng(2400, 2400);
    const give = () =>
      page.evaluate((base64) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        window.screenings = Promise.all(
          Array.from({ length: 90 }, (_, i) => thoraxlite.screen(bytes, `${i}.png`)),
        );
      }, bytes.toString("base64"));
    const progress = async () => parseInt(await page.locator(".queue p").textContent());

    await give();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("paused").waitFor();
    // What the workers had begun is finished, and then nothing more.
    await page.waitForFunction(
      () => {
        const halted = document.querySelector(".queue p").textContent;
        if (window.halted === halted) return ++window.same > 10;
        window.halted = halted;
        window.same = 0;
      },
      null,
      { polling: 200 },
    );
    const halted = await progress();
    assert.ok(halted < 90, "the run was halted before its end");
    await page.getByRole("button", { name: "Go on" }).click();
    await page.waitForFunction(
      (halted) => parseInt(document.querySelector(".queue p").textContent) > halted,
      halted,
    );
    await page.getByText(/about .* left/).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    const screenings = await page.evaluate(() => window.screenings);
    assert.equal(screenings.length, 90);
    const cancelled = screenings.filter(({ message }) => /Cancelled/.test(message));
    assert.ok(cancelled.length > 0 && cancelled.length < 90);
    for (const { status, findings } of cancelled)
      assert.deepEqual([status, findings], ["error", []]);
    for (const { status } of screenings.filter(({ message }) => message === ""))
      assert.equal(status, "ok");
  });

  test("ten thousand rows: only those in sight are in the document", async () => {
    await page.evaluate(() => {
      const text = new TextEncoder().encode("a letter, not a film");
      window.screenings = Promise.all(
        Array.from({ length: 10_000 }, (_, i) => thoraxlite.screen(text, `letter-${i}.txt`)),
      );
    });
    await page.getByText(/of 10,000 done/).waitFor();
    await page.getByRole("grid").focus();
    await page.keyboard.press("End");
    await row(page, "letter-0.txt").waitFor();
    assert.ok((await page.getByRole("row").count()) < 100);
    // The row that a key leads to is seen whole: neither below the table nor under its head.
    const table = page.getByRole("grid");
    const seenWhole = async () => {
      const { y, height } = await page.getByRole("row", { selected: true }).boundingBox();
      const head = await page.getByRole("columnheader").first().boundingBox();
      const all = await table.boundingBox();
      return y >= head.y + head.height - 1 && y + height <= all.y + all.height + 1;
    };
    await until(seenWhole);
    for (let i = 0; i < 30; ++i) await page.keyboard.press("ArrowUp");
    await until(seenWhole);
    for (let i = 0; i < 30; ++i) await page.keyboard.press("ArrowDown");
    await until(seenWhole);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.evaluate(() => window.screenings);
  });

  test("the table is saved as CSV that a spreadsheet cannot take for formulas", async () => {
    await page.evaluate(
      ([film, letter]) =>
        Promise.all([
          thoraxlite.screen(new Uint8Array(film), '=HYPERLINK("x"),"film".jpg'),
          thoraxlite.screen(new Uint8Array(letter), "+1\n2.jpg"),
        ]),
      [[...filmJpeg], [...Buffer.from("a letter")]],
    );
    const csv = await saved("Save as CSV");
    assert.ok(csv.startsWith("\uFEFFfile,file_sha256,frame,study_uid,sop_uid,time,model,"));
    const lines = parseCsv(csv.slice(1));
    const { model } = await page.evaluate(() => thoraxlite.ready);
    assert.equal(lines.length, 3);
    for (const line of lines) assert.equal(line.length, lines[0].length);
    const cells = (line) => Object.fromEntries(lines[0].map((name, i) => [name, line[i]]));
    const byStatus = Object.groupBy(lines.slice(1).map(cells), ({ status }) => status);
    const [ok] = byStatus.ok;
    const [failed] = byStatus.error;
    assert.equal(ok.file, `'=HYPERLINK("x"),"film".jpg`);
    assert.equal(failed.file, "'+1\n2.jpg");
    for (const label of model.labels) {
      const column = `${label} score`;
      assert.ok(ok[column] >= 0 && ok[column] <= 1 && ok[column] !== "");
      assert.equal(failed[column], "");
    }
    assert.equal(ok.model_sha256, model.sha256);
    assert.match(failed.reason, /text file|not/);
    const notices = lines.slice(1).map((line) => line.at(-1));
    assert.match(notices[0], /Not a medical device/);
    assert.equal(notices[1], "", "what is the same for all is said once");
  });

  test("a film's report has all that belongs to it, and only it is printed", async () => {
    await page.evaluate(
      (bytes) => thoraxlite.screen(new Uint8Array(bytes), "film.jpg"),
      [...filmJpeg],
    );
    await page.evaluate(() => {
      window.prints = 0;
      window.print = () => ++window.prints;
    });
    await page.getByRole("button", { name: "Print a report" }).click();
    await page.getByRole("button", { name: "Print", exact: true }).click();
    assert.equal(await page.evaluate(() => window.prints), 1);
    await page.emulateMedia({ media: "print" });
    const { model } = await page.evaluate(() => thoraxlite.ready);
    const report = await page.locator(".report").innerText();
    for (const text of ["film.jpg", "Not a medical device", model.name, model.sha256])
      assert.ok(report.includes(text), text);
    for (const label of ["Pneumonia", "COVID-19", "None of these patterns"])
      assert.match(report, new RegExp(`${label}\\s+[<>]? ?\\d`));
    const painted = await page
      .locator(".report canvas")
      .first()
      .evaluate((canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return new Set(data.filter((_, i) => i % 4 === 0)).size;
      });
    assert.ok(painted > 10, "the film is in it");
    const visible = await page
      .locator("#page > *")
      .evaluateAll((parts) =>
        parts.filter((part) => part.checkVisibility()).map((p) => p.className),
      );
    assert.deepEqual(visible, ["report"]);
    await page.emulateMedia({ media: "screen" });
    await page.keyboard.press("Escape");
  });

  async function saved(button) {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: button }).click();
    return readFileSync(await (await download).path(), "utf8");
  }
});
