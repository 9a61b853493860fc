// Other thresholds for the same scores: chosen beside them, judged by the core, named by all that leaves
// the page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import axe from "axe-core";
import { launch, openFile, root } from "./chromium.mjs";
import { parseCsv } from "./csv.mjs";
import { dropFiles, read, row } from "./hands.mjs";
import { numberedFilm } from "./images.mjs";
import { readModel, writeModel } from "./model_file.mjs";

const paper = readModel(readFileSync(resolve(root, "weights/covid-paper.safetensors")));
const count = (tp, fn, fp, tn) => ({
  ...{ true_positives: tp, false_negatives: fn, false_positives: fp, true_negatives: tn },
  ...{ sensitivity_95: [0.1, 0.9], specificity_95: [0.2, 0.8] },
});

// All drawn films pass. By default nothing is above its threshold; at 0.90 pneumonia is, and near it;
// of adults at 0.95 everything is, but for pneumonia, of which there were too few.
function model(name, change = () => {}) {
  const card = structuredClone(paper.card);
  card.novelty.threshold = 1e6;
  card.neither = "normal";
  for (const point of card.calibration.operating_points) {
    point.threshold = 1;
    delete point.threshold_95;
  }
  const point = (label, threshold, more = {}) => ({
    ...{ label, threshold, sensitivity: 0.9, specificity: 0.5, positives: 20, cases: 60, ...more },
  });
  card.operating_sets = [
    {
      ...{ name: "sensitivity_90", population: "all" },
      points: [
        point("normal", 0.5),
        point("pneumonia", 0, { threshold_95: { low: 0, high: 1 } }),
        point("covid", 1),
      ],
    },
    {
      ...{ name: "sensitivity_95", population: "adults" },
      points: [
        point("normal", 0),
        { label: "pneumonia", positives: 7, cases: 50 },
        point("covid", 0),
      ],
    },
  ];
  card.evaluation.test.operating_sets = [
    {
      ...{ name: "sensitivity_90", population: "all" },
      findings: [{ label: "pneumonia", ...count(45, 5, 30, 20) }],
    },
  ];
  change(card);
  return writeModel({ ...paper, card: { ...card, name } });
}

const [first, second] = [numberedFilm(1), numberedFilm(2)];

describe("operating points", () => {
  let browser;
  before(async () => (browser = await launch()));
  after(() => browser.close());

  async function open(bytes, options) {
    const { page } = await openFile(browser, undefined, {
      viewport: { width: 1440, height: 900 },
      ...options,
    });
    await page.evaluate(() => thoraxlite.ready);
    await openModel(page, bytes);
    await dropFiles(page, [
      { name: "first.jpg", bytes: first },
      { name: "second.jpg", bytes: second },
    ]);
    await row(page, "second.jpg").and(page.locator("[data-status=ok]")).waitFor();
    return { page, pane: await read(page, "first.jpg") };
  }
  const openModel = (page, bytes) =>
    page.evaluate(
      (base64) =>
        thoraxlite.openModel(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))),
      bytes.toString("base64"),
    );
  const saved = async (page, button) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: button }).click(),
    ]);
    return readFileSync(await download.path(), "utf8");
  };
  const finding = (pane, label) =>
    pane.locator(".finding").filter({ has: pane.page().locator(".label", { hasText: label }) });
  async function detail(pane, label) {
    const head = finding(pane, label).locator(".finding-head");
    if ((await head.getAttribute("aria-expanded")) === "false") await head.click();
    const text = finding(pane, label).locator(".finding-detail");
    await text.waitFor();
    return text.textContent();
  }

  test("one is chosen for every film that is here and that comes, and the scores stay", async () => {
    const { page, pane } = await open(model("several"));
    const choice = pane.getByLabel("Operating point");
    assert.deepEqual(await choice.locator("option").allTextContents(), [
      "Sensitivity and specificity together best (Youden)",
      "Sensitivity of 90%",
      "Sensitivity of 95%, children left out",
    ]);
    assert.equal(await pane.locator(".headline").textContent(), "Nothing above its threshold");
    const scores = () => page.locator(".film-row .cell-score").allInnerTexts();
    const numbers = async () => (await scores()).map((text) => /[\d.]+(?=\D*$)/.exec(text)?.[0]);
    const before = await numbers();
    const time = await pane.locator(".by-model").textContent();

    await choice.selectOption("sensitivity_90");
    await pane.getByText(/^▲ Pneumonia .*near its threshold/).waitFor();
    assert.deepEqual(await numbers(), before);
    assert.equal(await pane.locator(".by-model").textContent(), time);
    assert.match(await row(page, "second.jpg").textContent(), /▲ Pneumonia/);
    assert.match(
      await page
        .locator("[aria-live]")
        .allTextContents()
        .then((all) => all.join(" ")),
      /judged anew. Operating point: Sensitivity of 90%/,
    );
    const pneumonia = await detail(pane, "Pneumonia");
    assert.match(pneumonia, /On? ?100 test films|on 100 test films/i);
    assert.match(pneumonia, /90% \(10% to 90%\), 45 of 50 films/);
    assert.match(pneumonia, /40% \(20% to 80%\), 20 of 50 films/);
    // No other operating point's figures stand in for those that are not there.
    assert.match(await detail(pane, "COVID-19"), /holds no figures of test films/);

    await pane.getByLabel("Operating point").selectOption("sensitivity_95/adults");
    await pane.getByText(/^▲ COVID-19/).waitFor();
    assert.match(
      await detail(pane, "Pneumonia"),
      /No threshold at this operating point: .* 7 had the finding and 43 had not, which is too few/,
    );
    assert.equal(await finding(pane, "Pneumonia").getAttribute("data-positive"), "false");

    // The model's card has them beside each other.
    await page.locator(".model-chip").click();
    const rows = page.getByRole("dialog").locator(".points-table tbody tr");
    await rows.first().waitFor();
    const texts = (await rows.allTextContents()).map((text) => text.replaceAll("\u00a0", " "));
    assert.equal(texts.length, 6);
    assert.match(
      texts[2],
      /^Sensitivity of 90%Pneumonia0\.090% \(10% to 90%\), 45 of 50 films40% /,
    );
    assert.match(
      texts[4],
      /^Sensitivity of 95%, children left outPneumonia–not measurednot measured$/,
    );
    await page.keyboard.press("Escape");

    // A film that comes now, also by a script, is judged so at once.
    const screening = await page.evaluate(
      async (bytes) => {
        return thoraxlite.screen(Uint8Array.from(bytes), "third.jpg");
      },
      [...numberedFilm(3)],
    );
    assert.equal(screening.operating_point, "sensitivity_95/adults");
    assert.equal(screening.findings.find(({ label }) => label === "covid").positive, true);
    assert.equal(screening.findings.find(({ label }) => label === "pneumonia").threshold, null);
    await row(page, "third.jpg").and(page.locator("[data-status=ok]")).waitFor();
    assert.match(await row(page, "third.jpg").textContent(), /▲ COVID-19/);
    await page.context().close();
  });

  test("is chosen without a mouse, and fits where there is little room", async () => {
    const { page, pane } = await open(model("narrow"), { reducedMotion: "reduce" });
    await page.evaluate(axe.source);
    const choice = pane.getByLabel("Operating point");
    await choice.focus();
    await page.keyboard.press("End");
    await pane.getByText(/^▲ COVID-19/).waitFor();
    assert.equal(await choice.inputValue(), "sensitivity_95/adults");
    const axeFinds = async () => {
      const { violations } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
      return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
    };
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 844 });
      await page.locator(".model-chip").click();
      await page.locator(".points-table").waitFor();
      assert.deepEqual(await axeFinds(), []);
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });
      assert.deepEqual(await axeFinds(), []);
      const over = await page.evaluate(() =>
        ["html", ".findings-pane"].filter((selector) => {
          const { scrollWidth, clientWidth } = document.querySelector(selector);
          return scrollWidth > clientWidth;
        }),
      );
      assert.deepEqual(over, [], `wider than its place, at ${width}`);
    }
    await page.context().close();
  });

  test("CSV, JSON and the report name it, with its figures", async () => {
    const { page, pane } = await open(model("exported"));
    await pane.getByLabel("Operating point").selectOption("sensitivity_90");
    await pane.getByText(/^▲ Pneumonia/).waitFor();
    const [names, ...lines] = parseCsv((await saved(page, "Save as CSV")).slice(1));
    assert.equal(lines.length, 2);
    for (const line of lines) {
      const cell = (name) => line[names.indexOf(name)];
      assert.equal(cell("operating_point"), "sensitivity_90");
      assert.equal(cell("pneumonia threshold"), "0");
      assert.equal(cell("pneumonia above"), "true");
      assert.equal(cell("pneumonia sensitivity"), "0.9");
      assert.equal(cell("pneumonia specificity_films"), "50");
      assert.equal(cell("covid sensitivity_films"), "");
    }
    const { models, screenings } = JSON.parse(await saved(page, "Save as JSON"));
    assert.equal(models[0].operating_point, "sensitivity_90");
    assert.equal(models[0].figures.find(({ label }) => label === "covid").test, null);
    for (const { operating_point, operating_points, findings } of screenings) {
      assert.equal(operating_point, "sensitivity_90");
      assert.deepEqual(operating_points, ["youden", "sensitivity_90", "sensitivity_95/adults"]);
      for (const { judgements, threshold, positive, near } of findings) {
        assert.equal(judgements.length, 3);
        assert.deepEqual(
          [threshold, positive, near],
          [judgements[1].threshold, judgements[1].positive, judgements[1].near],
        );
      }
    }
    await page.getByRole("button", { name: "Print a report" }).click();
    const report = page.locator(".report");
    await report.waitFor({ state: "attached" });
    assert.match(
      await report.textContent(),
      /Operating pointSensitivity of 90% \(sensitivity_90\)/,
    );
    await page.context().close();
  });

  test("a film that came to nothing before the others takes no figures from the file", async () => {
    const { page } = await open(model("broken"));
    const broken = Buffer.concat([Buffer.alloc(128), Buffer.from("DICM"), Buffer.alloc(64, 7)]);
    await dropFiles(page, [{ name: "broken.dcm", bytes: broken }]);
    await row(page, "broken.dcm").and(page.locator("[data-status=error]")).waitFor();
    const { models, screenings } = JSON.parse(await saved(page, "Save as JSON"));
    assert.equal(screenings[0].file, "broken.dcm");
    assert.equal(models.length, 1);
    assert.equal(models[0].operating_point, "youden");
    assert.notEqual(models[0].figures.find(({ label }) => label === "pneumonia").test, null);
    await page.context().close();
  });

  test("a model with one has no choice, and says so where another was wanted", async () => {
    const { page, pane } = await open(model("several"));
    await pane.getByLabel("Operating point").selectOption("sensitivity_90");
    await openModel(
      page,
      model("one", (card) => delete card.operating_sets),
    );
    await dropFiles(page, [{ name: "fourth.jpg", bytes: numberedFilm(4) }]);
    const other = await read(page, "fourth.jpg");
    await other.getByText("This model does not have: Sensitivity of 90%.").waitFor();
    assert.equal(await other.getByLabel("Operating point").count(), 0);
    assert.equal(await other.locator(".headline").textContent(), "Nothing above its threshold");
    // The other model's results stay as they are judged.
    const before = await read(page, "first.jpg");
    await before.getByLabel("Operating point").selectOption("youden");
    const again = await read(page, "fourth.jpg");
    await again.locator(".headline").waitFor();
    assert.equal(await again.locator(".operating-point").count(), 0);
    await page.context().close();
  });

  test("is remembered where that is allowed, with what was kept of films", async () => {
    const { page, pane } = await open(model("kept"));
    await pane.getByLabel("Operating point").selectOption("sensitivity_90");
    await page.getByRole("button", { name: "Settings", exact: true }).click();
    await page.getByLabel("Remember settings and results").check();
    await page.keyboard.press("Escape");
    await page.evaluate(
      () => new Promise((resolve) => setTimeout(resolve, 600)), // results are written in lots
    );
    await page.reload();
    const restored = await read(page, "second.jpg");
    await restored.getByText(/^▲ Pneumonia/).waitFor();
    assert.equal(await restored.getByLabel("Operating point").inputValue(), "sensitivity_90");
    // Its model is not open, and needs not be.
    await restored.getByLabel("Operating point").selectOption("youden");
    await restored.getByText("Nothing above its threshold").waitFor();
    await page.context().close();
  });

  test("in German", async () => {
    const { page, pane } = await open(model("several"), { locale: "de-DE" });
    const choice = pane.getByLabel("Arbeitspunkt");
    const words = await choice.locator("option").allTextContents();
    assert.deepEqual(
      words.map((text) => text.replaceAll("\u00a0", " ")),
      [
        "Sensitivität und Spezifität zusammen am besten (Youden)",
        "Sensitivität von 90 %",
        "Sensitivität von 95 %, ohne Kinder",
      ],
    );
    await choice.selectOption("sensitivity_95/adults");
    await pane.getByText(/^▲ COVID-19/).waitFor();
    assert.match(await detail(pane, "Pneumonie"), /An diesem Arbeitspunkt gibt es keine Schwelle/);
    await page.context().close();
  });
});
