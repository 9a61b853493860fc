// The workers: what they read and when, a file that goes while it waits, a film that never ends, a model
// that is replaced while films wait.

import assert from "node:assert/strict";
import { readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, test } from "node:test";
import { launch, root, singleFile } from "./chromium.mjs";
import { drawPng, filmJpeg } from "./images.mjs";
import { readModel, writeModel } from "./model_file.mjs";
import { row, until } from "./hands.mjs";
import { temporaryFolder } from "./temporary.mjs";

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

  test("the workers read the files, each one ahead at most; the page reads none", async () => {
    await open(() =>
      page.addInitScript(() => {
        window.read = 0;
        const { arrayBuffer } = Blob.prototype;
        Blob.prototype.arrayBuffer = function () {
          ++window.read;
          return arrayBuffer.call(this);
        };
      }),
    );
    const count = await page.evaluate(() =>
      Math.max(1, Math.floor(Math.min(navigator.hardwareConcurrency, navigator.deviceMemory))),
    );
    await until(() => page.workers().length === count);
    for (const worker of page.workers())
      await worker.evaluate(() => {
        self.held = self.most = 0; // files that were asked for, and of which nothing was said yet
        const { arrayBuffer } = Blob.prototype;
        Blob.prototype.arrayBuffer = function () {
          self.most = Math.max(self.most, ++self.held);
          return arrayBuffer.call(this);
        };
        const { postMessage } = self;
        self.postMessage = (reply, options) => {
          if (reply.type !== "opened") --self.held;
          postMessage.call(self, reply, options);
        };
      });
    await give(drawPng(1500, 1500), 30);
    const screenings = await page.evaluate(() => window.screenings);
    for (const { status, message } of screenings) assert.equal(status, "ok", message);
    const most = await Promise.all(
      page.workers().map((worker) => worker.evaluate(() => self.most)),
    );
    for (const held of most) assert.equal(held, 2, `files held by each worker: ${most}`);
    assert.equal(await page.evaluate(() => window.read), 0);
    await context.close();
  });

  test("a file that goes while it waits ends in its sentence, and the others are screened", async () => {
    await open();
    const folder = temporaryFolder();
    const film = drawPng(1500, 1500);
    const paths = Array.from({ length: 40 }, (_, i) => resolve(folder, `film-${i}.png`));
    for (const path of paths) writeFileSync(path, film);
    await page.locator("input.choose-files").setInputFiles(paths);
    const gone = ["film-20.png", "film-39.png"]; // which nobody has begun to read
    for (const name of gone) unlinkSync(resolve(folder, name));
    await page.getByText("40 of 40 done").first().waitFor();
    const status = page.getByRole("combobox", { name: "Status" });
    await status.selectOption("Screened");
    await page.locator(`[role=grid][aria-rowcount="${38 + 1}"]`).waitFor();
    await status.selectOption("No result");
    for (const name of gone)
      await row(page, name).getByText("The browser could not read the file").waitFor();
    await context.close();
  });

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
