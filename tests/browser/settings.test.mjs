// Language, looks, what the browser keeps, and what the page shows of its requests.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { after, before, describe, test } from "node:test";
import { launch, singleFile } from "./chromium.mjs";
import { dropFiles, row, until } from "./hands.mjs";
import { filmJpeg } from "./images.mjs";

const address = pathToFileURL(singleFile).href;
const film = [{ name: "film.jpg", bytes: filmJpeg }];

// Opens a dialog by its button.
async function dialog(page, name) {
  await page.getByRole("button", { name, exact: true }).click();
  return page.getByRole("dialog", { name });
}

describe("settings", () => {
  let browser;
  before(async () => (browser = await launch()));
  after(() => browser.close());

  async function open(options) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto(address);
    await page.evaluate(() => thoraxlite.ready);
    return { context, page };
  }
  const kept = (page) =>
    page.evaluate(async () => [
      localStorage.length,
      (await indexedDB.databases()).map(({ name }) => name),
    ]);

  // What the database holds.
  const records = (page) =>
    page.evaluate(
      () =>
        new Promise((resolve) => {
          const opening = indexedDB.open("thoraxlite");
          opening.onsuccess = () => {
            const all = opening.result.transaction("screenings").objectStore("screenings").getAll();
            all.onsuccess = () => {
              opening.result.close();
              resolve(all.result);
            };
          };
        }),
    );

  test("the page speaks the browser's language, with its numbers", async () => {
    const { context, page } = await open({ locale: "de-CH" });
    assert.equal(await page.locator("html").getAttribute("lang"), "de");
    await page.getByRole("button", { name: "Dateien wählen" }).waitFor();
    await dropFiles(page, film);
    await row(page, "film.jpg").and(page.locator("[data-status=ok]")).waitFor();
    await page.getByRole("button", { name: "Bericht drucken" }).waitFor();
    assert.match(await page.locator(".cell-score").first().textContent(), /\d\.\d/);
    await context.close();
  });

  test("a language without words gets English, and can be changed", async () => {
    const { context, page } = await open({ locale: "fr-FR" });
    await page.getByRole("button", { name: "Choose files" }).waitFor();
    await dropFiles(page, film);
    await row(page, "film.jpg").and(page.locator("[data-status=ok]")).waitFor();
    const status = page.locator(".film-row .cell-status");
    assert.match(await status.textContent(), /threshold/);
    const settings = await dialog(page, "Settings");
    await settings.getByLabel("Language").selectOption("Deutsch");
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Bilder" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "de");
    assert.match(await status.textContent(), /Schwelle/, "what was drawn before, too");
    await context.close();
  });

  test("unless it is allowed, nothing is kept", async () => {
    const { context, page } = await open();
    const settings = await dialog(page, "Settings");
    await settings.getByLabel("Language").selectOption("Deutsch");
    await page.getByLabel("Farben").selectOption("Dunkel");
    assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
    await page.keyboard.press("Escape");
    await dropFiles(page, film);
    await row(page, "film.jpg").and(page.locator("[data-status=ok]")).waitFor();
    assert.deepEqual(await kept(page), [0, []]);
    await page.reload();
    await page.getByRole("button", { name: "Choose files" }).waitFor();
    assert.equal(await page.getByRole("row").count(), 0);
    await context.close();
  });

  test("what is allowed outlasts a reload, and one button erases it", async () => {
    const { context, page } = await open();
    await dropFiles(page, film);
    await row(page, "film.jpg").and(page.locator("[data-status=ok]")).waitFor();
    const settings = await dialog(page, "Settings");
    await settings.getByLabel("Colours").selectOption("High contrast");
    await settings.getByLabel("Remember").check();
    await page.keyboard.press("Escape");
    await page.evaluate(
      (bytes) => thoraxlite.screen(new Uint8Array(bytes), "second.jpg"),
      [...filmJpeg],
    );
    await until(async () => (await kept(page))[1].length === 1);
    await until(async () => (await records(page)).length === 2);
    await row(page, "second.jpg").and(page.locator("[data-status=ok]")).waitFor();
    const scores = await page.locator(".cell-score").allTextContents();
    await page.reload();
    await page.evaluate(() => thoraxlite.ready);
    await row(page, "second.jpg").waitFor();
    assert.deepEqual((await page.locator(".cell-score").allTextContents()).sort(), scores.sort());
    assert.equal(await page.locator("html").getAttribute("data-theme"), "contrast");
    assert.deepEqual(
      (await records(page)).map(({ file, status }) => [file, status]),
      [
        ["film.jpg", "ok"],
        ["second.jpg", "ok"],
      ],
    );
    // A Screening and nothing beside it: no pixels, no maps, no tags.
    const screening = await page.evaluate(
      (bytes) => thoraxlite.screen(new Uint8Array(bytes), "third.jpg"),
      [...filmJpeg],
    );
    for (const record of await records(page))
      assert.deepEqual(Object.keys(record).sort(), Object.keys(screening).sort());

    await (await dialog(page, "Settings")).getByRole("button", { name: "Erase" }).click();
    await until(async () => (await kept(page))[1].length === 0);
    assert.deepEqual(await kept(page), [0, []]);
    await page.reload();
    await page.getByRole("button", { name: "Choose files" }).waitFor();
    assert.equal(await page.getByRole("row").count(), 0);
    await context.close();
  });

  test("the page counts its requests, and the attempts that were forbidden", async () => {
    const { context, page } = await open();
    await dialog(page, "Verify it yourself");
    const count = (what) => page.locator(`[data-count=${what}]`);
    assert.equal(await count("asked").textContent(), "0");
    assert.equal(await count("forbidden").textContent(), "0");
    await page.evaluate(() => fetch("http://127.0.0.1:9/").catch(() => {}));
    await page.locator("[data-count=forbidden]").getByText("1").waitFor();
    await context.close();
  });
});
