// Which figures stand beside a score, and what is said of it: what a careful reader concludes must hold.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { PNG } from "pngjs";
import { launch, openFile, root } from "./chromium.mjs";
import { dicomFile, filmElements } from "./dicom_files.mjs";
import { drawn, dropFiles, read, row, until } from "./hands.mjs";
import { filmJpeg, filmPng, numberedFilm, writeGrey } from "./images.mjs";
import { withLungs } from "./lung_network.mjs";
import { readModel, writeModel } from "./model_file.mjs";

const covid = readModel(readFileSync(resolve(root, "weights/covid.safetensors")));
// What not every card has is put in by the tests that are about it.
for (const point of covid.card.calibration.operating_points) delete point.threshold_95;
for (const key of ["ages", "adults"]) delete covid.card.evaluation.test[key];
// It would refuse drawn films; here it does not.
const sound = readModel(readFileSync(resolve(root, "weights/nih14.safetensors")));
sound.card.novelty.threshold = 1e6;
const nih14 = writeModel(sound);
// Sees whole films, and has no lung network.
const paper = readModel(readFileSync(resolve(root, "weights/covid-paper.safetensors")));
// The released network, or another, with another card.
function withCard(name, change, model = covid) {
  const card = structuredClone(model.card);
  change(card);
  return writeModel({ ...model, card: { ...card, name } });
}
// Refuses nothing for being unlike.
const anything = (card) => (card.novelty.threshold = 1e6);
const tenths = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const ofTest = (card, label) => card.evaluation.test.findings.find((one) => one.label === label);

describe("figures", () => {
  let browser, opened, page;
  before(async () => {
    browser = await launch();
    opened = await openFile(browser, undefined, { viewport: { width: 1440, height: 900 } });
    page = opened.page;
    await page.evaluate(() => thoraxlite.ready);
  });
  after(async () => {
    const address = page.url();
    await browser.close();
    assert.deepEqual(opened.requests, [address]);
    assert.deepEqual(opened.complaints, []);
  });

  const openModel = (bytes) =>
    page.evaluate(
      (base64) =>
        thoraxlite.openModel(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))),
      bytes.toString("base64"),
    );
  let number = 1000;
  // A film of its own by the model that is open; gives the pane.
  async function screen(bytes = numberedFilm(++number), name = `film-${++number}.jpg`) {
    await dropFiles(page, [{ name, bytes }]);
    return read(page, name);
  }
  async function openFinding(pane, label) {
    const head = page.locator(".finding-head", { hasText: label });
    const finding = pane.locator(".finding").filter({ has: head }).last();
    await finding.evaluate((element) => {
      const fold = element.closest("details");
      if (fold !== null) fold.open = true;
    });
    const button = finding.locator(".finding-head");
    if ((await button.getAttribute("aria-expanded")) === "false") await button.click();
    await finding.locator(".finding-detail").waitFor();
    return finding;
  }

  test("what means none of the others is no finding: last, without a side, never a headline", async () => {
    const pane = await screen();
    const labels = await pane.locator(".finding .label").allTextContents();
    assert.equal(labels.at(-1), "None of these patterns");
    const last = await openFinding(pane, "None of these patterns");
    assert.equal(await last.locator(".side").textContent(), "");
    assert.equal(await last.locator(".side svg, .meter").count(), 0);
    assert.doesNotMatch(await last.textContent(), /predictive|Sensitivity|%/);
    // A network that calls everything normal, and nothing else.
    await openModel(
      withCard("says-normal", ({ calibration: { operating_points } }) =>
        operating_points.forEach((one) => (one.threshold = one.label === "normal" ? 0 : 1)),
      ),
    );
    const normal = await screen();
    assert.equal(await normal.locator(".headline").textContent(), "Nothing above its threshold");
    const current = page.locator(".film-row[data-current=true] .cell-status");
    assert.match(await current.textContent(), /Nothing above its threshold$/);
    assert.doesNotMatch(await current.textContent(), /▲/);
    await normal.getByText(/not for Pneumothorax, .*fractures/i).waitFor();
    await normal.getByText("Not for patients").waitFor();
  });

  test("the name of the label decides nothing: without the card's word it is a finding", async () => {
    await openModel(
      withCard("no-word", (card) => {
        delete card.neither;
        card.calibration.operating_points[0].threshold = 0;
      }),
    );
    const pane = await screen();
    assert.match(await (await openFinding(pane, "Normal")).textContent(), /above/);
  });

  test("a finding that was never measured has no threshold, no side and no predictive value", async () => {
    await openModel(nih14);
    const pane = await screen(filmPng, "unmeasured.png");
    const { card } = readModel(nih14);
    const positives = (i) => card.calibration.operating_points[i].positives;
    const [unmeasured] = card.labels.filter((_, i) => positives(i) === 0);
    const finding = await openFinding(pane, unmeasured);
    assert.match(await finding.textContent(), /Never measured/);
    assert.doesNotMatch(await finding.textContent(), /above|below|predictive|Sensitivity|%/i);
    assert.equal(await finding.locator(".meter").count(), 0);
    // Measured by few in validation, and by more in the test, children left out.
    const { adults } = card.evaluation.test;
    const tested = (label) => {
      const figures = adults.findings.find((one) => one.label === label);
      return { ...figures, films: figures.true_positives + figures.false_negatives };
    };
    const [few] = card.labels.filter((label, i) => positives(i) < 4 && tested(label).films >= 10);
    const { true_positives: found, films, sensitivity, sensitivity_95: range } = tested(few);
    const [share, low, high] = [sensitivity, ...range].map(
      (part) => `${tenths.format(100 * part)}%`,
    );
    assert.ok(
      (await (await openFinding(pane, few)).textContent()).includes(
        `Sensitivity${share} (${low} to ${high}), ${found} of ${films} films`,
      ),
    );
    // By fewer than ten there is no share at all.
    const rare = card.labels.find(
      (label, i) => positives(i) > 0 && tested(label).films > 0 && tested(label).films < 10,
    );
    assert.match(
      await (await openFinding(pane, rare.replaceAll("_", " "))).textContent(),
      /Sensitivity\d films?, too few to say/,
    );
    // Nor has it any on paper.
    await page.getByRole("button", { name: "Print a report" }).click();
    const printed = page.locator(".report tbody tr", { hasText: unmeasured });
    await printed.waitFor({ state: "attached" });
    const [, , ...cells] = await printed.locator("th, td").allTextContents();
    assert.deepEqual(cells.slice(0, 4), ["–", "not measured", "–", "–"]);
    await page.keyboard.press("Escape");
    await page.locator(".report").waitFor({ state: "detached" });
  });

  test("fourteen findings fit a laptop: above and near first, by how far; the others folded", async () => {
    const { findings } = await page.evaluate(
      (bytes) => thoraxlite.screen(new Uint8Array(bytes), "order.png"),
      [...filmPng],
    );
    const pane = await read(page, "order.png");
    const far = ({ score, threshold }) =>
      score < threshold ? score / threshold / 2 : 0.5 + (score - threshold) / (1 - threshold) / 2;
    const above = findings.filter(({ positive }) => positive).sort((a, b) => far(b) - far(a));
    const near = findings.filter(({ positive, near }) => near && !positive);
    const open = [...above, ...near.sort((a, b) => far(b) - far(a))];
    const shown = await pane.locator(".findings > .finding .label").allTextContents();
    assert.equal(shown.length, open.length);
    for (const [i, { label }] of open.entries())
      assert.equal(
        shown[i].toLowerCase(),
        label === "Edema" ? "oedema" : label.replaceAll("_", " ").toLowerCase(),
      );
    assert.equal((await pane.locator(".finding-fold details:not([open])").count()) >= 1, true);
    for (const details of await pane.locator(".finding-fold details").all())
      await details.evaluate((element) => (element.open = true));
    const heads = pane.locator(".finding-head");
    assert.equal(await heads.count(), 14);
    const heights = await heads.evaluateAll((all) => all.map((head) => head.offsetHeight));
    assert.ok(Math.max(...heights) <= 40, `one line each: ${heights}`);
  });

  test("a score is a number, never per cent; its meter has the threshold in the middle", async () => {
    const pane = await read(page, "order.png");
    for (const text of await page.locator(".score, .cell-score").allTextContents())
      assert.doesNotMatch(text, /%/);
    const ticks = await pane.locator(".meter").evaluateAll((meters) =>
      meters
        .filter((meter) => meter.checkVisibility())
        .map((meter) => {
          const tick = meter.querySelector(".tick").getBoundingClientRect();
          const { left, width } = meter.getBoundingClientRect();
          return (tick.left + tick.width / 2 - left) / width;
        }),
    );
    assert.ok(ticks.length > 0);
    for (const tick of ticks) assert.ok(Math.abs(tick - 0.5) < 0.02, `${tick}`);
  });

  test("near its threshold is said inside its range, on both sides, and nowhere else", async () => {
    await openModel(withCard("plain", () => {}));
    const [, pneumonia] = (
      await page.evaluate(
        (bytes) => thoraxlite.screen(new Uint8Array(bytes), "plain.jpg"),
        [...filmJpeg],
      )
    ).findings;
    assert.equal(pneumonia.near, false, "a file without a range never says near");
    for (const [name, by] of [
      ["just-above", -0.004],
      ["just-below", 0.004],
    ]) {
      const threshold = pneumonia.score + by;
      await openModel(
        withCard(name, ({ calibration: { operating_points: points } }) => {
          points[2].threshold = 1;
          Object.assign(points[1], {
            threshold,
            threshold_95: { low: threshold - 0.01, high: threshold + 0.01 },
          });
        }),
      );
      const pane = await screen();
      assert.match(await pane.locator(".headline").textContent(), /near its threshold/);
      const finding = await openFinding(pane, "Pneumonia");
      assert.equal(await finding.locator(".side").textContent(), "near");
      const [low, high] = [threshold - 0.01, threshold + 0.01].map((score) =>
        tenths.format(100 * score),
      );
      const range = `With other patients it would have been set anywhere from ${low} to ${high}.`;
      await finding.getByText(range).waitFor();
    }
  });

  test("of whom the figures are stands beside the headline, and those of adults are used", async () => {
    const pane = await screen();
    const children = covid.card.evaluation.test.by_source.kermany.images;
    await pane
      .getByText(`Measured on ${children.toLocaleString("en-US")} films of children`)
      .waitFor();
    await openModel(
      withCard("with-ages", (card) => {
        card.evaluation.test.ages = { children: 1165, adults: 104, unknown: 159 };
        const findings = structuredClone(card.evaluation.test.findings);
        Object.assign(
          findings.find(({ label }) => label === "pneumonia"),
          { true_positives: 26, false_negatives: 31 },
        );
        card.evaluation.test.adults = { images: 263, findings };
      }),
    );
    const adult = await screen();
    await adult.getByText("104 films of adults").waitFor();
    const finding = await openFinding(adult, "Pneumonia");
    assert.match(await finding.textContent(), /26 of 57 films/);
    // The film of a child is none of theirs.
    const { width, height, data } = PNG.sync.read(filmPng);
    const pixels = Uint16Array.from({ length: width * height }, (_, i) => 16 * data[4 * i]);
    const more = [[0x00101010, "AS", "004Y"]];
    const child = await screen(
      dicomFile(filmElements({ columns: width, rows: height, pixels, bitsStored: 12, more })),
      "IM0004",
    );
    await drawn(page);
    await until(async () => {
      const text = await (await openFinding(child, "Pneumonia")).textContent();
      const { true_positives: right, false_negatives: missed } = ofTest(covid.card, "pneumonia");
      return text.includes(`${right} of ${right + missed} films`);
    });
  });

  // Labels of the findings that are open.
  const openFindingOf = (pane) => pane.locator(".finding[data-open=true] .label").allTextContents();

  test("the next finding is a key away, and after the last the first", async () => {
    await openModel(writeModel(covid));
    const pane = await screen();
    const all = await pane.locator(".finding .label").allTextContents();
    assert.equal(all.length, 3);
    for (const label of [...all, all[0]]) {
      await until(async () => (await openFindingOf(pane)).join() === label);
      await page.locator(".film-view").press("f");
    }
  });

  test("a pinned finding stays open on the next film; without it the foremost is, and closed none", async () => {
    const pane = await screen();
    const [foremost, ...others] = await pane.locator(".finding .label").allTextContents();
    const head = (label) => pane.locator(".finding-head", { hasText: label });
    await head(others[0]).click();
    const pin = pane.getByLabel("Keep this finding open on the next film");
    await pin.check();
    await screen();
    assert.deepEqual(await openFindingOf(pane), [others[0]]);
    assert.ok(await pin.isChecked());
    await head(others[1]).click();
    assert.ok(await pin.isChecked(), "what is chosen is pinned in its place");
    await screen();
    assert.deepEqual(await openFindingOf(pane), [others[1]]);
    await pin.uncheck();
    await screen();
    assert.deepEqual(await openFindingOf(pane), [foremost]);
    await head(foremost).click();
    assert.deepEqual(await openFindingOf(pane), []);
    assert.equal(await page.getByRole("heading", { name: "Evidence for" }).count(), 0);
  });

  test("what the words mean is a key away", async () => {
    await page.keyboard.press("?");
    const help = page.getByRole("dialog");
    await help.getByText("It is no probability that the patient has something.").waitFor();
    for (const word of ["Score", "Threshold", "Evidence", /^Unlike/])
      await help.locator("dt").getByText(word).first().waitFor();
    await page.keyboard.press("Escape");
  });

  test("where evidence mostly lies is said once, of the model; the map has a caption", async () => {
    const inside = (label, positive, mostly_inside) => ({ label, positive, mostly_inside });
    const measured = (card) => {
      card.evaluation.test.evidence_inside_lungs = [
        ...[inside("normal", 9, 9), inside("pneumonia", 1900, 700), inside("covid", 100, 50)],
      ];
      for (const point of card.calibration.operating_points) delete point.evidence_inside_5;
    };
    // Without a lung network nobody knows.
    await openModel(withCard("no-lungs", (card) => (measured(card), anything(card)), paper));
    assert.equal(await (await screen()).getByText("of the 2,000 test films").count(), 0);
    await openModel(withCard("with-lungs", measured, withLungs(covid)));
    const pane = await screen();
    await pane.getByText("On 1,250 of the 2,000 test films").waitFor();
    assert.equal(await pane.locator(".evidence .warning").count(), 0);
    await drawn(page);
    await pane.getByRole("checkbox", { name: "Show the evidence map" }).check();
    const heading = await pane.getByRole("heading", { name: /^Evidence for/ }).textContent();
    assert.equal(await page.locator(".map-caption").textContent(), heading);
    // The finding that was opened is the last film's; the next one's headline is its own.
    await pane.locator(".finding-head").last().click();
    await page.getByRole("heading", { name: "Evidence for Normal" }).waitFor();
    const next = await screen();
    await next.getByRole("heading", { name: /^Evidence for (?!Normal)/ }).waitFor();
    await next.getByRole("checkbox", { name: "Show the evidence map" }).uncheck();
  });

  const upright = PNG.sync.read(filmPng);
  // In other bytes by a pixel of a corner.
  const sideways = (corner) =>
    writeGrey(upright.height, upright.width, (x, y) => {
      // What is shown lies a quarter turn to the left; the other way is the remedy.
      const [column, line] = [upright.width - 1 - y, x];
      return x + y === 0 ? corner : upright.data[4 * (line * upright.width + column)];
    });

  test("where no lungs are found that is said, and a turn offered with which they are", async () => {
    await openModel(withCard("finds-lungs", anything, withLungs(paper)));
    const pane = await screen(sideways(0), "no-lungs.png");
    await pane.getByRole("heading", { name: "No lungs found" }).waitFor();
    await pane.getByText(/^No lungs were found in the image; expected a frontal/).waitFor();
    assert.match(
      await page.locator(".film-row[data-current=true] .cell-status").textContent(),
      /No lungs found/,
    );
    await pane.getByRole("button", { name: "Turn it to the right and score it" }).click();
    await pane.getByText(/^Scored turned by a quarter to the right/).waitFor();
    await pane.getByRole("checkbox", { name: "Outline the lung fields" }).waitFor();
  });

  test("a film that lies on its side is said to be unlike, offered to be turned, and marked", async () => {
    await openModel(withCard("lenient", anything, paper));
    const { novelty } = await page.evaluate(
      (bytes) => thoraxlite.screen(new Uint8Array(bytes), "upright.png"),
      [...filmPng],
    );
    // Drawn films lie far from real ones; the limit is set just beyond this one.
    const limit = novelty.distance + 1;
    await openModel(withCard("strict", (card) => (card.novelty.threshold = limit), paper));
    const pane = await screen(sideways(1), "sideways.png");
    await pane
      .getByText(/^Unlike the films this model learned from \([\d.,]+; its limit is [\d.,]+\)\.$/)
      .waitFor();
    assert.doesNotMatch(await page.locator("main").textContent(), /Not a chest film/);
    const view = page.locator(".film-view canvas");
    await drawn(page);
    assert.match(
      await page.locator(".film-strip").textContent(),
      new RegExp(`${upright.height} × ${upright.width}`),
    );
    await pane.getByRole("button", { name: "Turn it to the right and score it" }).click();
    await pane.getByText(/^Scored turned by a quarter to the right/).waitFor();
    await until(async () =>
      (await page.locator(".film-strip").textContent()).includes(
        `${upright.width} × ${upright.height}`,
      ),
    );
    assert.equal(await view.count(), 1);
    assert.match(
      await page.locator(".film-row[data-current=true] .cell-status").textContent(),
      /turned by a quarter to the right/,
    );
    const screenings = await saved("JSON");
    const turned = JSON.parse(screenings).screenings.find(({ file }) => file === "sideways.png");
    assert.equal(turned.change, "turned_90");
    assert.equal(turned.status, "ok");
    const straight = JSON.parse(screenings).screenings.find(({ file }) => file === "upright.png");
    assert.ok(Math.abs(turned.findings[1].score - straight.findings[1].score) < 0.02);
    const csv = await saved("CSV");
    assert.match(csv, /^sideways\.png,.*,turned_90,/m);
  });

  async function saved(kind) {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: `Save as ${kind}` }).click();
    return readFileSync(await (await download).path(), "utf8");
  }
});
