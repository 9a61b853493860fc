// A result is a value: which film, which model, what was done to it. Looking changes none; only scoring
// makes one.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, openFile, root } from "./chromium.mjs";
import { drawn, dropFiles, find, read, row, until } from "./hands.mjs";
import { filmJpeg, filmPng, numberedFilm } from "./images.mjs";
import { readModel, writeModel } from "./model_file.mjs";

const model = readModel(readFileSync(resolve(root, "weights/covid.safetensors")));
// The same network by another temperature: the same labels, other scores.
const variant = (name) => {
  const card = structuredClone(model.card);
  card.calibration.temperature = 3;
  return writeModel({ ...model, card: { ...card, name } });
};
const films = (count, from = 0) =>
  Array.from({ length: count }, (_, i) => ({
    name: `film-${from + i}.jpg`,
    bytes: numberedFilm(from + i),
  }));
const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");

describe("results", () => {
  let browser, opened, page;
  before(async () => (browser = await launch()));
  after(() => browser.close());

  // A page of its own, its own model open.
  async function fresh() {
    await opened?.context.close();
    opened = await openFile(browser, undefined, { viewport: { width: 1440, height: 900 } });
    page = opened.page;
    await page.evaluate(() => thoraxlite.ready);
  }
  const openModel = (bytes) =>
    page.evaluate(
      (base64) =>
        thoraxlite.openModel(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))),
      bytes.toString("base64"),
    );
  async function saved() {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as JSON" }).click();
    return JSON.parse(readFileSync(await (await download).path(), "utf8"));
  }
  const done = async (count) => {
    await page.locator(".queue").getByText(`${count} of ${count} done`).waitFor();
    await until(async () => (await page.locator("[data-status=waiting]").count()) === 0);
  };
  const byFile = ({ screenings }) =>
    screenings.toSorted((a, b) => a.file.localeCompare(b.file, "en", { numeric: true }));

  test("looking at an older film changes no result, whatever model is open", async () => {
    await fresh();
    await dropFiles(page, films(30));
    await done(30);
    const before = byFile(await saved());
    await openModel(variant("another"));
    for (const name of ["film-0.jpg", "film-1.jpg", "film-29.jpg"]) {
      await find(page, name);
      await drawn(page);
    }
    await page.getByRole("heading", { name: /^Evidence for/ }).waitFor();
    assert.deepEqual(byFile(await saved()), before);
  });

  test("the map of an older film is made again by the model that gave its scores", async () => {
    const pane = await find(page, "film-3.jpg");
    await pane.getByRole("checkbox", { name: "Show the evidence map" }).check();
    await page.locator(".evidence-layer").waitFor();
    await page
      .locator(".map-caption")
      .getByText(/^Evidence for/)
      .waitFor();
  });

  test("the film that is being read keeps its map while a folder runs", async () => {
    await dropFiles(page, films(30, 100));
    await find(page, "film-3.jpg");
    await done(30);
    await page.locator(".evidence-layer").waitFor();
  });

  test("a run keeps the model that it began with", async () => {
    await fresh();
    await dropFiles(page, films(40));
    const opening = openModel(variant("another"));
    await done(40);
    await opening;
    const models = new Set((await saved()).screenings.map(({ model }) => model.name));
    assert.deepEqual([...models], ["covid-student"]);
    await dropFiles(page, films(1, 40));
    await row(page, "film-40.jpg").and(page.locator("[data-status=ok]")).waitFor();
    await until(async () => (await page.locator("[data-status=waiting]").count()) === 0);
    const [last] = byFile(await saved()).slice(-1);
    assert.equal(last.model.name, "another");
  });

  test("where two models are in the list, a badge tells whose a row is, and columns are apart", async () => {
    const badge = (name) => row(page, name).locator(".badge").textContent();
    assert.equal(await badge("film-0.jpg"), "covid-student");
    assert.equal(await badge("film-40.jpg"), "another");
    const pneumonia = page.getByRole("columnheader", { name: /^Pneumonia/ });
    assert.equal(await pneumonia.count(), 2);
    // Every row names its model, its version and its digest.
    const sha256 = digest(readFileSync(resolve(root, "weights/covid.safetensors")));
    const version = model.card.version ?? model.card.training.revision;
    const text = await row(page, "film-0.jpg").locator(".cell-model").textContent();
    assert.ok(text.startsWith(`covid-student ${version} ${sha256.slice(0, 8)}`), text);
  });

  test("a second model's scores stand beside the first's", async () => {
    const pane = await read(page, "film-0.jpg");
    const before = byFile(await saved()).find(({ file }) => file === "film-0.jpg");
    await pane.getByRole("button", { name: "Score again with another" }).click();
    await until(async () => (await pane.locator(".result").count()) === 2);
    const both = (await saved()).screenings.filter(({ file }) => file === "film-0.jpg");
    assert.deepEqual(both[0], before);
    assert.equal(both[1].model.name, "another");
    assert.notEqual(both[1].findings[1].score, before.findings[1].score);
    for (const { model } of both)
      await pane.getByText(new RegExp(`^By ${model.name} .*${model.sha256.slice(0, 8)}`)).waitFor();
    assert.equal(
      await pane.getByRole("button", { name: "Score again with another" }).count(),
      0,
      "it has scored it",
    );
  });

  test("a selection, and all, are scored again", async () => {
    await row(page, "film-1.jpg").click();
    await row(page, "film-3.jpg").click({ modifiers: ["Shift"] });
    await page.getByRole("button", { name: "Score 3 again with another" }).click();
    await done(3);
    await row(page, "film-1.jpg").click();
    await page.getByRole("button", { name: "Score 36 again with another" }).click();
    await done(36);
    const { screenings } = await saved();
    assert.equal(screenings.length, 41 + 40);
    assert.equal(await page.getByRole("button", { name: /^Score \d+ again/ }).count(), 0);
  });

  test("a film that is given again goes to its row, whatever it is called", async () => {
    await fresh();
    await dropFiles(page, [
      { name: "one.jpg", bytes: filmJpeg },
      { name: "two.png", bytes: filmPng },
    ]);
    await done(2);
    await dropFiles(page, [{ name: "renamed.jpg", bytes: filmJpeg }]);
    await page.getByText("A film was given before").waitFor();
    assert.equal(await page.locator(".film-row").count(), 2);
    await page.getByRole("heading", { name: "one.jpg" }).waitFor();
    const { screenings } = await saved();
    assert.deepEqual(
      screenings.map(({ file, film }) => [file, film.sha256]),
      [
        ["one.jpg", digest(filmJpeg)],
        ["two.png", digest(filmPng)],
      ],
    );
  });

  // So many films at once, and then what a person does at once, before they are all scored.
  const giveMany = (count, deed) =>
    page.evaluate(
      async ([base64, count, deed]) => {
        const film = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const given = new DataTransfer();
        for (let i = 0; i < count; ++i) {
          film.set([i >> 8, i & 255], 8); // in the comment
          given.items.add(new File([film], `many-${i}.jpg`));
        }
        const input = document.querySelector("input.choose-files");
        input.files = given.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
        const soon = async (find) => {
          for (;;) {
            const found = find();
            if (found) return found;
            await new Promise((resolve) => setTimeout(resolve, 2));
          }
        };
        if (deed === "pause")
          return (await soon(() => document.querySelector(".queue button"))).click();
        // Opens the last film, out of the filtered table.
        const search = await soon(() => document.querySelector("[type=search]"));
        search.value = `many-${count - 1}.jpg`;
        search.dispatchEvent(new Event("input", { bubbles: true }));
        const row = await soon(
          () =>
            document.querySelectorAll(".film-row").length === 1 &&
            document.querySelector(".film-row"),
        );
        row.click();
        await soon(() => document.querySelector(".film-row[data-status=ok]"));
        return parseInt(document.querySelector(".queue p").textContent);
      },
      [numberedFilm(0).toString("base64"), count, deed],
    );

  test("a film that was cancelled can be scored", async () => {
    await fresh();
    await giveMany(60, "pause");
    await page.getByRole("button", { name: "Cancel" }).click();
    const cancelled = page.locator(".film-row[data-status=error]");
    await until(async () => (await cancelled.count()) > 0);
    const again = page.getByRole("button", { name: /^Score \d+ again/ });
    await again.click();
    await again.waitFor({ state: "detached" });
    await until(async () => (await page.locator(".queue[data-busy=true]").count()) === 0);
    assert.equal(await cancelled.count(), 0);
    const { screenings } = await saved();
    assert.equal(screenings.length, 60);
    for (const { status } of screenings) assert.equal(status, "ok");
  });

  test("a removed film and a cleared list come back", async () => {
    await fresh();
    await dropFiles(page, films(3));
    await done(3);
    const before = byFile(await saved());
    await row(page, "film-1.jpg").click();
    await page.keyboard.press("Delete");
    await row(page, "film-1.jpg").waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "film-2.jpg" }).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await row(page, "film-1.jpg").waitFor();
    await page.getByRole("button", { name: "Clear the list" }).click();
    await page.getByText("3 films removed.").waitFor();
    // Twice, as a hurried hand does.
    await page.getByRole("button", { name: "Undo" }).evaluate((undo) => {
      undo.click();
      undo.click();
    });
    await row(page, "film-0.jpg").waitFor();
    assert.deepEqual(byFile(await saved()), before);
    assert.deepEqual(opened.complaints, []);
  });

  test("the film that a person opens is scored next", async () => {
    await fresh();
    const progress = await giveMany(400, "open the last");
    assert.ok(progress < 390, `it was the ${progress}th`);
    await page.getByRole("searchbox").fill("");
    await page.getByRole("button", { name: "Cancel" }).click();
  });

  test("next and previous follow what the table shows", async () => {
    await fresh();
    await dropFiles(page, [...films(3), { name: "letter.txt", bytes: Buffer.from("a letter") }]);
    await done(4);
    await page.getByRole("button", { name: "Film", exact: true }).click();
    await page.getByRole("button", { name: "Film", exact: true }).click(); // descending
    await read(page, "film-2.jpg");
    await page.getByText("2 of 4", { exact: true }).waitFor();
    await page.keyboard.press("j");
    await page.getByRole("heading", { name: "film-1.jpg" }).waitFor();
    await page.getByRole("combobox", { name: "Status" }).selectOption("Screened");
    await page.getByText("2 of 3", { exact: true }).waitFor();
    await page.keyboard.press("k");
    await page.keyboard.press("k");
    await page.getByRole("heading", { name: "film-2.jpg" }).waitFor();
  });

  test("leaving asks, where results are saved nowhere", async () => {
    await fresh();
    const asks = () =>
      page.evaluate(() => !dispatchEvent(new Event("beforeunload", { cancelable: true })));
    assert.equal(await asks(), false, "there is nothing to lose");
    await dropFiles(page, films(2));
    await done(2);
    assert.equal(await asks(), true);
    await saved();
    assert.equal(await asks(), false, "it was saved");
  });
});
