// What a DICOM file says of its patient: hidden until asked for, in no export, kept nowhere, and on
// paper only where that is ticked.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { launch, openFile } from "./chromium.mjs";
import { chestPixels, dicomFile, filmElements } from "./dicom_files.mjs";
import { drawn, dropFiles, read, row, until } from "./hands.mjs";

const [columns, rows] = [320, 256];
const said = { name: "Nemo^Drawn", id: "PID-4711", birth: "19610203", place: "Nowhere Hospital" };
// The name may be shown in another order, the date with dashes or points.
const traces = [/Nemo/i, /4711/, /1961/, /Nowhere/i];

const film = dicomFile(
  filmElements({
    columns,
    rows,
    pixels: chestPixels(columns, rows),
    bitsStored: 12,
    more: [
      [0x00100010, "PN", said.name],
      [0x00100020, "LO", said.id],
      [0x00100030, "DA", said.birth],
      [0x00080080, "LO", said.place],
      [0x00080020, "DA", "20240101"],
    ],
  }),
);

const databases = (page) => page.evaluate(async () => JSON.stringify(await indexedDB.databases()));

// Everything that the browser could hold of the page beyond this visit, as one text.
const kept = (page) =>
  page.evaluate(async () => {
    const inDatabase = ({ name }) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = async () => {
          const database = opening.result;
          const stores = [...database.objectStoreNames].map(
            (store) =>
              new Promise((done) => {
                const objects = database.transaction(store).objectStore(store);
                const [keys, values] = [objects.getAllKeys(), objects.getAll()];
                values.onsuccess = () => done([store, keys.result, values.result]);
              }),
          );
          resolve([name, await Promise.all(stores)]);
          database.close();
        };
      });
    return JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      await Promise.all((await indexedDB.databases()).map(inDatabase)),
    ]);
  });

describe("a patient's tags", () => {
  let browser, opened, page;
  before(async () => {
    browser = await launch();
    opened = await openFile(browser, undefined, { viewport: { width: 1440, height: 900 } });
    page = opened.page;
    await opened.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.evaluate(() => {
      window.print = () => {};
      return thoraxlite.ready;
    });
    await dropFiles(page, [
      { name: "IM0001", bytes: film },
      { name: "IM0002", bytes: film },
    ]);
    for (const name of ["IM0001", "IM0002"])
      await row(page, name).and(page.locator(":not([data-status=waiting])")).waitFor();
    await read(page, "IM0001");
    await drawn(page);
  });
  after(async () => {
    const address = page.url();
    await browser.close();
    assert.deepEqual(opened.requests, [address]);
    assert.deepEqual(opened.complaints, []);
  });

  const assertNone = (text, where) => {
    for (const trace of traces) assert.doesNotMatch(text, trace, where);
  };
  const shownOrNot = () => page.locator("#page").evaluate((element) => element.outerHTML);
  async function saved(name) {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name }).click();
    return readFileSync(await (await download).path(), "utf8");
  }
  const ask = () => page.getByRole("button", { name: "Show patient data" }).click();

  test("are nowhere in the document until they are asked for, and then whole", async () => {
    assertNone(await shownOrNot(), "the document");
    await ask();
    const shown = await page.locator(".film-strip").innerText();
    for (const trace of traces) assert.match(shown, trace);
  });

  test("are hidden again with the next film, though it is the same patient's", async () => {
    await page.locator(".film-view").press("n");
    await page.locator("#film-name").getByText("IM0002", { exact: true }).waitFor();
    await drawn(page);
    assertNone(await shownOrNot(), "the document");
  });

  test("are in no export, even while they are shown", async () => {
    await ask();
    await page.getByText(said.id).waitFor();
    assertNone(await saved("Save as CSV"), "CSV");
    const json = await saved("Save as JSON");
    assert.equal(JSON.parse(json).screenings.length, 2);
    assertNone(json, "JSON");
    await page.getByRole("button", { name: "Copy as JSON" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(JSON.parse(copied).file, "IM0002");
    assertNone(copied, "the clipboard");
    const answer = await page.evaluate(
      async (bytes) => JSON.stringify(await thoraxlite.screen(new Uint8Array(bytes), "IM0003")),
      [...film],
    );
    assertNone(answer, "thoraxlite.screen");
  });

  test("are not kept where results are", async () => {
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByLabel("Remember").check();
    await page.keyboard.press("Escape");
    // Not before the page has made its database: asking for one that is not there would make it.
    await until(async () => /thoraxlite/.test(await databases(page)));
    await until(async () => /IM0003/.test(await kept(page)));
    const everything = await kept(page);
    assert.match(everything, /IM0001.*IM0002/, "the results are kept");
    assertNone(everything, "what the browser keeps");
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Erase" }).click();
    await page.keyboard.press("Escape");
  });

  test("are on paper only where that is ticked, and each time anew", async () => {
    const report = async () => {
      await page.emulateMedia({ media: "print" });
      const text = await page.locator(".report").innerText();
      await page.emulateMedia({ media: "screen" });
      return text;
    };
    const openReport = async () => {
      await page.getByRole("button", { name: "Print a report" }).click();
      await page.locator(".report").waitFor({ state: "attached" });
    };
    await openReport();
    assertNone(await report(), "the report");
    const tick = page.getByLabel("Print the patient's name");
    await tick.check();
    const whole = await report();
    for (const trace of traces) assert.match(whole, trace);
    await page.keyboard.press("Escape");
    await openReport();
    assert.equal(await tick.isChecked(), false);
    assertNone(await report(), "the next report");
    await page.keyboard.press("Escape");
  });
});
