// The picker of models and the model card, and what a finding's threshold is worth in a clinic.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { blobModel } from "./blob_model.mjs";
import { launch, openFile, root } from "./chromium.mjs";
import { dropFiles, read } from "./hands.mjs";
import { filmJpeg, filmPng, numberedFilm } from "./images.mjs";
import { withLungs, withView } from "./lung_network.mjs";
import { readModel, withNorm, writeModel } from "./model_file.mjs";

const modelFile = resolve(root, process.env.THORAXLITE_MODEL ?? "weights/covid.safetensors");
const model = readModel(readFileSync(modelFile));
// Those of adults, where the card has them.
const { findings, adults } = model.card.evaluation.test;
const ofTest = (adults?.findings ?? findings).find(({ label }) => label === "pneumonia");
const novelty = noveltyOf(createHash("sha256").update(readFileSync(modelFile)).digest("hex"));

// What was counted beside this model, if it was with this model.
function noveltyOf(sha256) {
  const file = modelFile.replace(/\.safetensors$/, "-novelty.json");
  const counted = existsSync(file) && JSON.parse(readFileSync(file, "utf8"));
  return counted?.sha256 === sha256 ? counted : null;
}

// Of a point from a line through points.
function distance([x, y], points) {
  return Math.min(
    ...points.slice(1).map(([bx, by], i) => {
      const [ax, ay] = points[i];
      const [dx, dy] = [bx - ax, by - ay];
      const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
      const part = Math.min(Math.max(along, 0), 1);
      return Math.hypot(x - ax - part * dx, y - ay - part * dy);
    }),
  );
}

const percent = (part) =>
  new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 1 }).format(part);

describe("models", () => {
  let browser, page;
  before(async () => {
    browser = await launch();
    ({ page } = await openFile(browser, undefined, { viewport: { width: 1440, height: 900 } }));
    await page.evaluate(() => thoraxlite.ready);
  });
  after(() => browser.close());

  test("the card says first what the model is not for, then how it did, and where it is from", async () => {
    await page.locator(".model-chip").click();
    const card = page.locator(".model-card");
    const headings = await card.locator("h4").allTextContents();
    const expected = ["What it is not for", "Evaluation", "What it sees", "Where it comes from"];
    if (model.card.operating_sets) expected.splice(2, 0, "Operating points");
    if (novelty !== null) expected.splice(-2, 0, "What it refuses");
    if (model.card.evaluation.left_out) {
      expected.splice(1, 0, "Hospitals that training never saw");
    }
    assert.deepEqual(headings.slice(0, expected.length), expected);
    assert.match(await card.locator(".not-for").textContent(), /Not for patients/);
    const { overall } = model.card.evaluation.test;
    const accuracies = card.getByRole("table", { name: "Accuracy by source" });
    const all = accuracies.getByRole("row").filter({ hasText: "all" });
    assert.ok((await all.textContent()).includes(percent(overall.accuracy)));
    assert.ok((await all.textContent()).includes(percent(overall.accuracy_95[0])));
    const { sha256 } = await page.evaluate(async () => (await thoraxlite.ready).model);
    assert.ok((await card.textContent()).includes(sha256));
    await card.getByText("The whole model card").click();
    await card.getByRole("heading", { name: "Training", exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    assert.ok(
      await page.evaluate(() => document.activeElement.classList.contains("model-chip")),
      "the focus goes back",
    );
  });

  test(
    "the card shows what is refused, and the curve of it",
    { skip: novelty === null && "nobody counted what this model refuses" },
    async () => {
      await page.locator(".model-chip").click();
      const refused = page.getByRole("region", { name: "What it refuses" });
      const text = await refused.textContent();
      for (const kind of ["all test films", "all others"]) {
        const { images, refused } = novelty.rows.find((row) => row.kind === kind);
        assert.ok(text.includes(percent(refused / images)), kind);
      }
      const line = await refused.locator("svg .line").getAttribute("d");
      const drawn = line.match(/[\d.]+/g).map(Number);
      const points = drawn.flatMap((x, i) =>
        i % 2 === 0 ? [[x / 100, 1 - drawn[i + 1] / 100]] : [],
      );
      // Each point that was measured lies on the line that is drawn.
      for (const [x, y] of novelty.roc) assert.ok(distance([x, y], points) < 2e-3, `${x}, ${y}`);
      await page.keyboard.press("Escape");
    },
  );

  test("one's own file is opened by dropping it, and its name stands above", async () => {
    const card = { ...model.card, name: "own-model" };
    await dropFiles(page, [{ name: "own.safetensors", bytes: writeModel({ ...model, card }) }]);
    await page.getByRole("heading", { name: "Model card of own-model" }).waitFor();
    assert.match(await page.locator(".model-chip").textContent(), /own-model/);
    // What it is not for was never said of this file.
    assert.match(await page.locator(".not-for").textContent(), /says nothing more/);
  });

  test("what a file says of its use, licence and citation is shown as its maker's words", async () => {
    const said = {
      intended_use: "Research on films of adults.\nNot <b>for</b> patients.",
      licence: "CC BY-NC 4.0",
      citation: "Müller et al. 2026",
    };
    const open = async (more) => {
      const bytes = writeModel({ ...model, card: { ...model.card, name: "own-model", ...more } });
      await dropFiles(page, [{ name: "own.safetensors", bytes }]);
      await page.getByRole("heading", { name: "Model card of own-model" }).waitFor();
    };
    const region = page.getByRole("region", { name: "Use, licence, citation" });
    await open(said);
    await region.waitFor();
    assert.match(await region.textContent(), /whoever made the file/);
    assert.deepEqual(await region.locator("dt").allTextContents(), [
      "Intended use",
      "Licence",
      "How to cite it",
    ]);
    assert.deepEqual(await region.locator("dd").allTextContents(), Object.values(said));
    await open({});
    assert.deepEqual(await region.locator("dd").allTextContents(), [
      "The file does not say. Ask who made it.",
    ]);
  });

  test("what it sees, and how well its lung network finds the lungs, whatever a card says of that", async () => {
    const sees = page.getByRole("region", { name: "What it sees" });
    const open = async (model, name) => {
      const bytes = writeModel({ ...model, card: { ...model.card, name } });
      await dropFiles(page, [{ name: "own.safetensors", bytes }]);
      await page.getByRole("heading", { name: `Model card of ${name}` }).waitFor();
      return sees.textContent();
    };
    const none = await open(readModel(blobModel), "no-lungs");
    assert.match(none, /It sees the whole film\..*It has no network that finds the lungs/);
    assert.equal(await sees.getByRole("table").count(), 0);
    const whole = withLungs(readModel(blobModel));
    assert.match(await open(whole, "whole-films"), /It sees the whole film\..*heart's shadow/);
    const { test: figures } = whole.card.lungs.evaluation;
    const rows = await sees.getByRole("row").allInnerTexts();
    assert.equal(rows.length, 1 + figures.length);
    const number = (value) =>
      new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 }).format(value);
    for (const [i, { films, count, dice, dice_95, dice_10, area_error }] of figures.entries()) {
      const interval = `${number(dice)} (${dice_95.map(number).join(" to ")})`;
      assert.deepEqual(rows[i + 1].split("\t"), [
        ...[films, String(count), interval, number(dice_10), percent(area_error)],
      ]);
    }
    const part = await open(withView(readModel(blobModel), [-2, -2]), "part-of-films");
    assert.match(part, /a part of the film: .* with a margin of 3\.5% of the film's side/);
    assert.match(part, /fades into an even grey/);
    for (const [i, evaluation] of [
      ...[null, "all", [], { test: "all" }, { test: [null, 3, [], { films: "all" }] }],
      { test: [{ films: "<b>all</b>", count: 1e9, dice: 1, dice_95: [{}, "x"], dice_10: [] }] },
      { test: Array(3).fill({ films: "all", count: 4, dice: 0, area_error: 1e300 }) },
    ].entries()) {
      const card = { ...whole.card, lungs: { ...whole.card.lungs, evaluation } };
      assert.match(await open({ ...whole, card }, `odd-${i}`), /heart's shadow/);
      assert.equal(await sees.locator("b").count(), 0);
      assert.equal(await page.getByRole("heading", { name: "Where it comes from" }).count(), 1);
    }
  });

  test("hospitals that training never saw come first, whatever a card says of them", async () => {
    const region = page.getByRole("region", { name: "Hospitals that training never saw" });
    const open = async (left_out, name) => {
      const card = structuredClone({ ...model.card, name });
      card.evaluation.left_out = left_out;
      const bytes = writeModel({ ...model, card });
      await dropFiles(page, [{ name: "own.safetensors", bytes }]);
      await page.getByRole("heading", { name: `Model card of ${name}` }).waitFor();
    };
    const of = (films, recall) => ({ films, recall, recall_95: [recall / 2, recall] });
    const hospitals = {
      elsewhere: {
        films: 60,
        area_under_roc: 0.75,
        area_under_roc_95: [0.7, 0.8],
        classes: { normal: of(40, 0.5), pneumonia: of(20, 0.25) },
      },
      "<b>town</b>": { films: 9, area_under_roc: null, classes: { covid: of(9, 1) } },
    };
    await open({ epochs: 3, test: { hospitals } }, "left-out");
    assert.match(await region.textContent(), /trained for 3 epochs/);
    const rows = (await region.getByRole("row").allInnerTexts()).slice(1);
    assert.deepEqual(
      rows.map((row) => row.split("\t")),
      [
        ["elsewhere", "Normal", "40", "50% (25% to 50%)", "0.75 (0.7 to 0.8)"],
        ["Pneumonia", "20", "25% (12.5% to 25%)"],
        ["<b>town</b>", "COVID-19", "9", "100% (50% to 100%)", "undefined"],
      ],
    );
    for (const [i, odd] of [
      ...[null, 3, [], "all", { test: null }, { test: { hospitals: [3] } }],
      {
        epochs: {},
        test: { hospitals: { a: { films: 3, classes: { b: { films: 3, recall: 7 } } } } },
      },
    ].entries()) {
      await open(odd, `odd-left-out-${i}`);
      assert.equal(await region.count(), 0);
    }
  });

  test("subgroups, what intervals are over, and further figures stand there if the file has them", async () => {
    const card = structuredClone({ ...model.card, name: "own-model" });
    const mean = { mean_area_under_roc: 0.9, mean_area_under_roc_95: [0.8, 0.95] };
    const group = (value, images, accuracy) => ({ value, images, overall: { accuracy }, ...mean });
    Object.assign(card.evaluation.test, {
      intervals_over: { patients: 794, images_without_patient: 2 },
      subgroups: {
        sex: [group("F", 30, 0.5), group("unknown", 4, 0.25)],
        ward: [group("3", 9, 1)],
      },
    });
    Object.assign(card.evaluation.test.findings[0], {
      ...{ average_precision_95: [0.5, 0.75], brier_score: 0.125, brier_score_95: [0.1, 0.15] },
    });
    await dropFiles(page, [{ name: "own.safetensors", bytes: writeModel({ ...model, card }) }]);
    const rows = page.getByRole("table", { name: "By subgroup" }).getByRole("row");
    await rows.nth(3).waitFor();
    assert.deepEqual(await rows.allInnerTexts(), [
      "By\tSubgroup\tFilms\tAccuracy (95%)\tMean AUROC (95%)",
      `Sex\tF\t30\t50%\t0.9 (0.8 to 0.95)`,
      `not said\t4\t25%\t0.9 (0.8 to 0.95)`,
      `ward\t3\t9\t100%\t0.9 (0.8 to 0.95)`,
    ]);
    const text = await page.locator(".model-card").textContent();
    assert.match(text, /by patient \(patients: 794; .* each by itself: 2\)/);
    assert.match(text, /Brier score \(0 is best\)0\.125 \(0\.1 to 0\.15\)/);
    assert.match(text, /Average precision \(AUPRC\)0\.\d+ \(0\.5 to 0\.75\)/);
  });

  test("a graph that the small module refuses is opened by the other, with the same scores", async () => {
    const screened = async () =>
      page.evaluate(async (base64) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        return (await thoraxlite.screen(bytes, "same.jpg")).findings.map(({ score }) => score);
      }, filmJpeg.toString("base64"));
    const chip = page.locator(".model-chip");
    const expected = await screened();
    await dropFiles(page, [{ name: "norm.safetensors", bytes: withNorm(model, "with-norm") }]);
    await page.getByRole("heading", { name: "Model card of with-norm" }).waitFor();
    assert.match(await page.locator(".model-card").textContent(), /xnnpack \(thoraxlite-xnnpack\)/);
    assert.match(await chip.textContent(), /with-norm/);
    const scores = await screened();
    scores.forEach((score, i) => assert.ok(Math.abs(score - expected[i]) < 1e-4));
    // Back again, for the tests that follow.
    const card = { ...model.card, name: "own-model" };
    await dropFiles(page, [{ name: "own.safetensors", bytes: writeModel({ ...model, card }) }]);
    await page.getByRole("heading", { name: "Model card of own-model" }).waitFor();
    assert.match(await page.locator(".model-card").textContent(), /simd \(thoraxlite\)/);
  });

  test("of a released model that the page does not hold, it knows what it is not for", async () => {
    const file = resolve(root, "weights/covid-paper.safetensors");
    await page.locator("input.choose-model").setInputFiles(file);
    await page.getByRole("heading", { name: "Model card of covid-paper" }).waitFor();
    assert.match(
      await page.locator(".not-for").textContent(),
      /Not for looking at anybody's films/,
    );
  });

  test("a film keeps the figures of the model that scored it", async () => {
    const open = async (name, positives) => {
      const card = structuredClone({ ...model.card, name });
      const { findings, adults } = card.evaluation.test;
      for (const finding of [...findings, ...(adults?.findings ?? [])])
        Object.assign(finding, { true_positives: positives, false_negatives: 16 - positives });
      await dropFiles(page, [
        { name: `${name}.safetensors`, bytes: writeModel({ ...model, card }) },
      ]);
      await page.getByRole("heading", { name: `Model card of ${name}` }).waitFor();
      await page.keyboard.press("Escape");
    };
    await open("first-model", 10);
    await dropFiles(page, [{ name: "kept.jpg", bytes: filmJpeg }]);
    const pane = await read(page, "kept.jpg");
    const head = pane.locator(".finding-head").first();
    if ((await head.getAttribute("aria-expanded")) === "false") await head.click();
    const detail = pane.locator(".finding-detail");
    assert.match(await detail.textContent(), /10 of 16 films/);
    await open("own-model", 6);
    assert.match(await detail.textContent(), /10 of 16 films/);
    await page.locator(".model-chip").click();
  });

  test("what is no model is refused with the reason, and the one before stays", async () => {
    await page.locator("input.choose-model").setInputFiles({
      name: "letter.safetensors",
      mimeType: "",
      buffer: Buffer.from("Dear colleague, this is no model at all."),
    });
    const alert = page.getByRole("alert");
    await alert.waitFor();
    assert.match(await alert.textContent(), /^letter\.safetensors cannot be used: .{20,}/);
    assert.match(await page.locator(".model-chip").textContent(), /own-model/);
  });

  test("a built-in model is chosen by name", async () => {
    // Of the models of weights/, the single file holds the one that it opens with.
    assert.equal(await page.locator(".models input[type=radio]").count(), 2, "and one's own");
    await page.getByRole("radio", { name: "covid" }).click();
    await page.getByRole("heading", { name: `Model card of ${model.card.name}` }).waitFor();
    await page.keyboard.press("Escape");
  });

  test("a finding tells what its threshold had on test films, with intervals and counts", async () => {
    await dropFiles(page, [{ name: "film.jpg", bytes: numberedFilm(1) }]);
    const pane = await read(page, "film.jpg");
    const head = pane.locator(".finding-head").filter({ hasText: "Pneumonia" });
    if ((await head.getAttribute("aria-expanded")) === "false") await head.click();
    const detail = pane.locator(".finding-detail");
    const text = await detail.textContent();
    const point = model.card.calibration.operating_points.find(
      ({ label }) => label === "pneumonia",
    );
    assert.ok(text.includes((100 * point.threshold).toFixed(1)), text);
    const { true_positives: tp, false_negatives: fn, ...figures } = ofTest;
    const { true_negatives: tn, false_positives: fp } = figures;
    for (const [name, part, rest] of [
      ["sensitivity", tp, fn],
      ["specificity", tn, fp],
    ]) {
      const [low, high] = ofTest[`${name}_95`];
      const share = `${percent(part / (part + rest))} (${percent(low)} to ${percent(high)})`;
      assert.ok(text.includes(`${share}, ${part} of ${part + rest} films`), `${share} in ${text}`);
    }
  });

  test("predictive values stand there once a prevalence was said, and follow it", async () => {
    const detail = page.locator(".finding-detail");
    const { true_positives: tp, false_negatives: fn } = ofTest;
    const { true_negatives: tn, false_positives: fp } = ofTest;
    const [sensitivity, specificity] = [tp / (tp + fn), tn / (tn + fp)];
    const expected = (p) => {
      const above = sensitivity * p + (1 - specificity) * (1 - p);
      return [percent((sensitivity * p) / above), percent((specificity * (1 - p)) / (1 - above))];
    };
    const shown = async () =>
      (await detail.locator("dd[data-value]").allTextContents()).map((text) => text.split(" ")[0]);
    const number = detail.getByLabel("Prevalence in percent");
    assert.equal(await number.inputValue(), "");
    assert.deepEqual(await shown(), []);
    await number.fill("2");
    await number.blur();
    assert.deepEqual(await shown(), expected(0.02));
    const slider = detail.getByRole("slider", { name: "Prevalence" });
    await slider.press("ArrowRight");
    assert.equal(await number.inputValue(), "2.2");
    assert.deepEqual(await shown(), expected(0.022));
    // It is the clinic's: the next film has it too.
    await dropFiles(page, [{ name: "next.png", bytes: filmPng }]);
    const pane = await read(page, "next.png");
    const head = pane.locator(".finding-head").filter({ hasText: "Pneumonia" });
    if ((await head.getAttribute("aria-expanded")) === "false") await head.click();
    assert.equal(await number.inputValue(), "2.2");
    // The box never shows one prevalence beside the values of another.
    for (const [typed, set] of [
      ["95", "90"],
      ["0", "0.1"],
      ["", ""],
    ]) {
      await number.fill(typed);
      await number.blur();
      assert.equal(await number.inputValue(), set);
      assert.deepEqual(await shown(), set === "" ? [] : expected(Number(set) / 100));
    }
  });
});
