// The workers: a film that never ends, a model that is replaced while films wait.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, test } from "node:test";
import { launch, root, singleFile } from "./chromium.mjs";
import { drawPng, filmJpeg } from "./images.mjs";
import { readModel, writeModel } from "./model_file.mjs";

const modelFile = resolve(root, process.env.THORAXLITE_MODEL ?? "weights/covid.safetensors");

describe("workers", () => {
  let browser, context, page;
  before(async () => (browser = await launch()));
  after(() => browser.close());

  async function open(prepare = async () => {}) {
    context = await browser.newContext();
    page = await context.newPage();
    await prepare();
    await page.goto(pathToFileURL(singleFile).href);
    await page.evaluate(() => thoraxlite.ready);
  }
  // Begins to screen so many; window.screenings is their promise.
  const give = (bytes, count) =>
    page.evaluate(
      ([base64, count]) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        window.screenings = Promise.all(
          Array.from({ length: count }, (_, i) => thoraxlite.screen(bytes, `${i}.jpg`)),
        );
      },
      [bytes.toString("base64"), count],
    );

  test("a film that never ends is ended, and the others are screened", async () => {
    await open(() => page.clock.install());
    const [stuck] = page.workers();
    await stuck.evaluate(() => {
      Uint8Array.prototype.set = () => {
        for (;;);
      };
    });
    await give(filmJpeg, 6);
    // The other worker does all the rest.
    await page.waitForFunction(
      () => document.querySelectorAll(".film-row[data-status=ok]").length === 5,
    );
    const ended = stuck.waitForEvent("close");
    await page.clock.fastForward(61_000);
    const screenings = await page.evaluate(() => window.screenings);
    const failed = screenings.filter(({ status }) => status !== "ok");
    assert.equal(failed.length, 1);
    assert.match(failed[0].message, /not finished after 1 min and was ended/);
    assert.deepEqual(failed[0].findings, []);
    await ended;
    await context.close();
  });

  test("another model is everyone's after the run, and a refused one is nobody's", async () => {
    await open();
    const model = readModel(readFileSync(modelFile));
    model.card.name = "another-student";
    const first = await page.evaluate(async () => (await thoraxlite.ready).model.name);
    await give(drawPng(1500, 1500), 30);
    const openModel = (bytes) =>
      page.evaluate((base64) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        return thoraxlite.openModel(bytes);
      }, bytes.toString("base64"));
    await assert.rejects(openModel(filmJpeg), /not valid safetensors/);
    await openModel(writeModel(model));
    const names = (await page.evaluate(() => window.screenings)).map(({ model }) => model.name);
    assert.deepEqual([...new Set(names)], [first], "a run keeps the model that it began with");
    const after = await page.evaluate(
      async () => (await thoraxlite.screen(new Uint8Array(9))).model,
    );
    assert.equal(after.name, "another-student");
    await context.close();
  });
});
