// A network from elsewhere, measured on no film here: its 18 findings, and that nothing is said of it
// that nobody knows.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { importedLabels, importedModel } from "./blob_model.mjs";
import { launch, openFile } from "./chromium.mjs";
import { clearList, drawn, dropFiles, read } from "./hands.mjs";
import { filmJpeg, numberedFilm } from "./images.mjs";
import { memoryOf, watched } from "./worker_memory.mjs";

// What no text of such a model may say, in either language.
const untrue =
  /above its threshold|below its threshold|Youden|Operating point|are calibrated|Nothing above|(über|unter) der Schwelle|Arbeitspunkt|sind kalibriert|undefined|\{\{/;

describe("an imported network", () => {
  let browser, page, complaints;
  before(async () => {
    browser = await launch();
    ({ page, complaints } = await openFile(browser, undefined, {
      viewport: { width: 1440, height: 900 },
      acceptDownloads: true,
    }));
    await page.evaluate(() => thoraxlite.ready);
  });
  after(() => browser.close());

  const open = async (bytes, name = "imported-network.safetensors") => {
    await dropFiles(page, [{ name, bytes }]);
    await page.getByRole("heading", { name: "Model card of imported-network" }).waitFor();
  };
  const close = async () => {
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
  };
  const saved = async (button) => {
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    return readFileSync(await download.path(), "utf8");
  };

  test("its card says what nobody measured, and asks for a licence that is not said", async () => {
    await open(importedModel());
    const card = page.locator(".model-card");
    const text = await card.innerText();
    assert.match(text, /Measured on no film here: its scores are not calibrated/);
    assert.match(text, /Licence\s+The file does not say\. Ask who made it\./);
    assert.match(text, /other pictures may be scored, too/);
    assert.match(text, /thresholds_of_the_source\s+Atelectasis 0\.01; Consolidation 0\.02;/);
    assert.doesNotMatch(text, untrue);
    assert.equal(await card.getByRole("heading", { name: "Evaluation" }).count(), 0);
    await close();
    await open(importedModel({ more: { licence: "CC0, they say" } }));
    assert.match(
      await card.innerText(),
      /Nobody has checked them here\.\s+Licence\s+CC0, they say/,
    );
    await close();
  });

  test("18 findings stand by their scores, without a side, with what the network came with", async () => {
    await dropFiles(page, [{ name: "film.jpg", bytes: filmJpeg }]);
    const pane = await read(page, "film.jpg");
    await pane.locator(".finding").nth(17).waitFor();
    await drawn(page);
    assert.equal(await pane.locator(".headline").textContent(), "No threshold measured");
    const scores = await pane.locator(".finding .score").allTextContents();
    const values = scores.map((score) => Number(score.replace(/[<>] /, "")));
    assert.deepEqual(
      values,
      values.toSorted((a, b) => b - a),
    );
    assert.equal(values.length, importedLabels.length);
    assert.ok(values[0] > values[17]);
    const text = await pane.innerText();
    assert.match(text, /Measured on no film here/);
    assert.match(text, /The network came with a threshold of \d+\.0; nobody has checked it here/);
    assert.match(text, /other pictures may be scored, too/);
    assert.match(text, /Evidence for /);
    assert.doesNotMatch(text, untrue);
    assert.match(
      await page
        .locator("[aria-live]")
        .allTextContents()
        .then((all) => all.join()),
      /film\.jpg: No threshold measured/,
    );
  });

  test("list, CSV, JSON, clipboard and report say nothing of sides or operating points", async () => {
    assert.doesNotMatch(await page.locator(".worklist").innerText(), untrue);
    const csv = await saved(page.getByRole("button", { name: /CSV/ }));
    const [head, row] = csv
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(","));
    for (const label of importedLabels)
      for (const column of ["threshold", "above", "near", "sensitivity"])
        assert.equal(row[head.indexOf(`${label} ${column}`)], "", `${label} ${column}`);
    assert.ok(row[head.indexOf("Hernia score")] > 0);
    assert.equal(row[head.indexOf("operating_point")], "");
    const { models, screenings } = JSON.parse(
      await saved(page.getByRole("button", { name: /JSON:/ })),
    );
    assert.equal(models[0].measured_on, null);
    assert.equal(models[0].operating_point, "");
    assert.equal(screenings[0].operating_point, "");
    assert.deepEqual(screenings[0].operating_points, []);
    assert.ok(models[0].figures.every(({ test }) => test === null));
    assert.ok(
      screenings[0].findings.every(({ threshold, positive }) => threshold === null && !positive),
    );
    await page.getByRole("button", { name: "Print a report" }).click();
    const report = page.locator(".report");
    await report.locator("canvas").first().waitFor({ state: "attached" });
    await page.emulateMedia({ media: "print" });
    const text = await report.first().innerText();
    assert.match(text, /Measured on no film here/);
    assert.equal(text.match(/not measured/g).length, importedLabels.length);
    assert.doesNotMatch(text, untrue);
    const { pages } = await page.pdf({ format: "A4" }).then((pdf) => ({
      pages: pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length,
    }));
    assert.equal(pages, 1);
    await page.emulateMedia({ media: "screen" });
    await close();
  });

  test("every width shows it whole, in German too", async () => {
    const settings = async (name, label, value) => {
      await page.getByRole("button", { name, exact: true }).click();
      await page.getByLabel(label).selectOption(value);
      await close();
    };
    // As a file may call it; what the page is not for is to be read all the same.
    await open(importedModel({ more: { name: `imported-network${" and more".repeat(30)}` } }));
    await close();
    await settings("Settings", "Language", "de");
    const pane = page.locator(".findings-pane");
    for (const width of [1440, 1024, 390]) {
      await page.setViewportSize({ width, height: 800 });
      // The longest that a score can be.
      await pane
        .locator(".score")
        .first()
        .evaluate((score) => (score.textContent = "> 99,9"));
      const cut = await pane.evaluate((pane) =>
        [document.documentElement, ...pane.querySelectorAll(".label, .score, p, summary")]
          .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth)
          .filter((element) => getComputedStyle(element).display !== "inline")
          .map(({ className, textContent }) => `${className} ${textContent.slice(0, 40)}`),
      );
      assert.deepEqual(cut, [], `at ${width}`);
      const { width: notice } = await page.locator(".notice").boundingBox();
      assert.ok(notice > 160, `the notice has ${notice} pixels at ${width}`);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    const text = await pane.innerText();
    assert.match(text, /Hier an keinem Bild gemessen: Die Werte sind nicht kalibriert/);
    assert.match(text, /Keine Schwelle gemessen/);
    assert.match(text, /Lungenverschattung/);
    assert.match(text, /Auch andere Bilder können Werte bekommen/);
    assert.doesNotMatch(text, untrue);
    await settings("Einstellungen", "Sprache", "en");
  });

  test("without evidence it is said why, and a model that looks for all has no list of others", async () => {
    const labels = [
      "pneumothorax",
      "effusion",
      "nodule",
      "cardiomegaly",
      "fracture",
      "support devices",
    ];
    await open(importedModel({ evidence: false, labels }));
    await close();
    await clearList(page);
    await dropFiles(page, [{ name: "film.jpg", bytes: filmJpeg }]);
    const text = await (await read(page, "film.jpg")).innerText();
    assert.match(
      text,
      /No evidence map: the network does not end in an average and a linear layer/,
    );
    assert.doesNotMatch(text, /Evidence for/);
    assert.match(text, /It looks for these findings only \(6\)\. It does not know/);
  });

  test("opening tells how far it is, and what is refused says why and changes nothing", async () => {
    const chip = await page.locator(".model-chip").textContent();
    const told = page.evaluate(
      () =>
        new Promise((resolve) => {
          const said = [];
          new MutationObserver((_, observer) => {
            const bar = document.querySelector("dialog progress");
            if (bar) said.push(bar.position);
            const alert = document.querySelector("dialog [role=alert]");
            if (alert) resolve((observer.disconnect(), { said, alert: alert.textContent }));
          }).observe(document.body, { subtree: true, childList: true, attributes: true });
        }),
    );
    // Whole but for its last bytes, and long enough to be read in pieces.
    const bytes = Buffer.concat([importedModel(), Buffer.alloc(20_000_000)]);
    await dropFiles(page, [{ name: "long.safetensors", bytes }]);
    const { said, alert } = await told;
    assert.match(alert, /^long\.safetensors cannot be used: .{20,}/);
    assert.ok(said.length > 0, "progress was shown");
    assert.equal(said.at(-1), -1, "what is checked has no known end");
    for (const [name, bytes] of [
      ["network.onnx", Buffer.from("\x08\x07\x12\x07pytorch")],
      ["network.pt", Buffer.from("PK\x03\x04 and no more")],
    ]) {
      await dropFiles(page, [{ name, bytes }]);
      await page.getByRole("alert").getByText(`${name} cannot be used`).waitFor();
    }
    assert.match(await page.locator("dialog").innerText(), /cxr-distill import/);
    assert.equal(await page.locator(".model-chip").textContent(), chip);
    await close();
    assert.deepEqual(complaints, []);
  });

  test("over a folder the memory of a worker does not grow", async () => {
    const context = await watched(browser);
    const { page } = await openFile({ newContext: async () => context });
    await page.evaluate(() => thoraxlite.ready);
    await page.evaluate(
      (bytes) => thoraxlite.openModel(new Uint8Array(bytes)),
      [...importedModel()],
    );
    // With bytes behind the picture: of a file that the worker kept, its memory would tell.
    const films = (from, count) =>
      page.evaluate(
        (films) =>
          Promise.all(
            films.map(([name, bytes]) => {
              const file = new Uint8Array(bytes.length + 2 ** 21);
              file.set(bytes);
              return thoraxlite.screen(file, name);
            }),
          ),
        Array.from({ length: count }, (_, i) => [`${from + i}.jpg`, [...numberedFilm(from + i)]]),
      );
    await films(0, 4);
    const before = await memoryOf(page);
    const screened = await films(4, 16);
    assert.ok(screened.every(({ status }) => status === "ok"));
    const after = await memoryOf(page);
    assert.ok(before[0] > 2 ** 20, `${before} bytes before`);
    assert.deepEqual(after, before);
    await context.close();
  });
});
