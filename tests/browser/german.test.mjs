// The page in German: findings, refusals, errors, the card's first words, and a CSV that a spreadsheet in
// German opens right.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, openFile, root } from "./chromium.mjs";
import { parseCsv } from "./csv.mjs";
import { dropFiles, read, row } from "./hands.mjs";
import { badFiles, blankPng, discPng, filmJpeg, filmPng } from "./images.mjs";
import { withLungs } from "./lung_network.mjs";
import { readModel, writeModel } from "./model_file.mjs";

// Words that a German sentence does not have.
const english =
  /\b(the|this|is|of|and|expected|with|which|film|model|threshold|not|image|damaged)\b/i;

describe("German", () => {
  let browser, page;
  before(async () => {
    browser = await launch();
    ({ page } = await openFile(browser, undefined, {
      locale: "de-DE",
      viewport: { width: 1440, height: 900 },
    }));
    await page.evaluate(() => thoraxlite.ready);
    await dropFiles(page, [
      { name: "bild.png", bytes: filmPng },
      { name: "leer.png", bytes: blankPng },
      ...badFiles,
    ]);
    await row(page, badFiles.at(-1).name).and(page.locator("[data-status=error]")).waitFor();
  });
  after(() => browser.close());

  test("findings, and what is said of them", async () => {
    const pane = await read(page, "bild.png");
    await pane.locator(".finding .label").getByText("Pneumonie").waitFor();
    await pane.locator(".finding .label").getByText("Keines dieser Muster").waitFor();
    for (const head of await pane.locator(".finding-head").all()) {
      if ((await head.getAttribute("aria-expanded")) === "false") await head.click();
      await pane.locator(".finding-detail").waitFor();
      assert.doesNotMatch(await pane.locator(".finding-detail").textContent(), english);
    }
    const texts = await pane
      .locator(".headline, .population, .limits p, .evidence p, .evidence h3")
      .allTextContents();
    for (const text of texts) assert.doesNotMatch(text, english);
  });

  test("refusals and errors", async () => {
    for (const name of ["leer.png", ...badFiles.map(({ name }) => name)]) {
      const pane = await read(page, name);
      const message = await pane.locator(".message").first().textContent();
      assert.doesNotMatch(message, english, name);
      assert.match(message, /[.]$/, name);
    }
  });

  test("what the model is not for", async () => {
    await page.locator(".model-chip").click();
    const notFor = await page.locator(".not-for").textContent();
    assert.match(notFor, /Nicht für Patienten/);
    assert.doesNotMatch(notFor.replaceAll("Covid", ""), /\b(the|is|of|and|expected|which)\b/);
    await page.keyboard.press("Escape");
  });

  test("lungs that a network finds, does not find, and what it is worth", async () => {
    const model = readModel(readFileSync(resolve(root, "weights/covid-paper.safetensors")));
    model.card.novelty.threshold = 1e6;
    await page.evaluate(
      (base64) =>
        thoraxlite.openModel(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))),
      writeModel(withLungs(model)).toString("base64"),
    );
    await dropFiles(page, [
      { name: "scheibe.png", bytes: discPng },
      { name: "mit-lungen.jpg", bytes: filmJpeg },
    ]);
    const refused = await read(page, "scheibe.png");
    await refused.getByRole("heading", { name: "Keine Lungen gefunden" }).waitFor();
    assert.match(await refused.locator(".message").textContent(), /^Im Bild wurden keine Lungen/);
    const pane = await read(page, "mit-lungen.jpg");
    await pane.getByRole("checkbox", { name: "Lungenfelder umranden" }).waitFor();
    assert.match(await pane.locator(".evidence").textContent(), /Herzschatten/);
    for (const text of await pane.locator(".evidence p, .limits p").allTextContents())
      assert.doesNotMatch(text, english);
    await page.locator(".model-chip").click();
    const sees = await page.getByRole("region", { name: "Was es sieht" }).innerText();
    assert.match(sees, /Mittlerer Dice-Wert/);
    assert.doesNotMatch(sees.replaceAll("ieee8023", ""), english);
    await page.keyboard.press("Escape");
  });

  test("a CSV has the separator and the decimal mark of the page's language, or another's", async () => {
    const save = async () => {
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: "Speichern als CSV" }).click();
      return readFileSync(await (await download).path(), "utf8").slice(1);
    };
    const number = (text, separator) => {
      const [header, ...rows] = parseCsv(text, separator);
      const line = rows.find(([file]) => file === "bild.png");
      assert.equal(line.length, header.length);
      return line[header.indexOf("pneumonia score")];
    };
    assert.match(number(await save(), ";"), /^\d,\d+$/);
    await page.getByLabel("Spalten und Dezimalzeichen").selectOption("a,b 0.5");
    assert.match(number(await save(), ","), /^\d\.\d+$/);
  });
});
