// window.thoraxlite, as web/README.md documents it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { after, afterEach, before, describe, test } from "node:test";
import { launch, openFile, root, singleFile } from "./chromium.mjs";
import { badFiles, discPng, drawPng, filmJpeg, filmPng, filmPng16 } from "./images.mjs";
import { withLungs } from "./lung_network.mjs";
import { readModel, writeModel } from "./model_file.mjs";
import { screenInPage } from "./screen_in_page.mjs";
import { temporaryFolder } from "./temporary.mjs";

const samples = resolve(root, "../shared/data/samples");
const sampleFilms = !existsSync(samples)
  ? []
  : readdirSync(samples)
      .filter((name) => /\.(png|jpe?g)$/.test(name))
      .map((name) => resolve(samples, name));
const cxrScreen = resolve(root, "build/native/native/screen/cxr-screen");
const modelFile = resolve(root, process.env.THORAXLITE_MODEL ?? "weights/covid.safetensors");

describe("window.thoraxlite", () => {
  // One page for all; those that open another model come last.
  let browser, opened, page;
  before(async () => {
    browser = await launch();
    opened = await openFile(browser);
    page = opened.page;
  });
  after(() => browser.close());
  afterEach(() => {
    assert.deepEqual(opened.requests, [page.url()]);
    assert.deepEqual(opened.complaints, []);
  });

  const openModel = (bytes) =>
    page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      return thoraxlite.openModel(bytes);
    }, bytes.toString("base64"));

  test("ready tells the model and the engine", async () => {
    const { model, engine } = await page.evaluate(() => thoraxlite.ready);
    assert.deepEqual(model.card, readModel(readFileSync(modelFile)).card);
    assert.equal(model.name, model.card.name);
    assert.deepEqual(model.labels, model.card.labels);
    assert.match(model.sha256, /^[0-9a-f]{64}$/);
    assert.match(engine, /^(reference|simd|xnnpack)$/);
    assert.match(
      await page.locator(".model-chip").textContent(),
      new RegExp(`${model.name}.*${model.sha256.slice(0, 8)}`),
    );
  });

  test(
    "screen() gives what cxr-screen --format json gives",
    {
      skip: !existsSync(cxrScreen) && `${cxrScreen} is not built`,
    },
    async () => {
      const folder = temporaryFolder();
      const files = [
        { name: "film.jpg", bytes: filmJpeg },
        { name: "film.png", bytes: filmPng },
        { name: "film16.png", bytes: filmPng16 },
        ...badFiles,
      ];
      const made = files.map(({ name, bytes }) => {
        const path = resolve(folder, name);
        writeFileSync(path, bytes);
        return path;
      });
      await assertAlike(modelFile, [...made, ...sampleFilms]);
    },
  );

  async function assertAlike(model, paths) {
    const native = nativeScreenings(model, paths);
    assert.equal(native.length, paths.length);
    for (const [i, path] of paths.entries())
      assertSame(await screenInPage(page, path), native[i], path);
  }

  function nativeScreenings(model, paths) {
    const command = ["--model", model, "--format", "json", ...paths];
    let lines;
    try {
      lines = execFileSync(cxrScreen, command, { encoding: "utf8" });
    } catch (error) {
      // 3: some files could not be read, which is what the bad ones are for.
      assert.equal(error.status, 3, error.stderr);
      lines = error.stdout;
    }
    return lines
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  }

  function assertSame(actual, expected, path) {
    const shapeOf = (value) =>
      value !== null && typeof value === "object"
        ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]))
        : typeof value;
    assert.deepEqual(shapeOf(actual), shapeOf(expected), path);
    assert.equal(expected.file, path);
    assert.equal(actual.status, expected.status, path);
    assert.equal(actual.message, expected.message, path);
    assert.deepEqual(actual.model, expected.model, path);
    assert.equal(actual.version, expected.version, "both are built of the same sources");
    actual.findings.forEach((finding, i) => {
      const { score, evidence_inside_lungs: inside, ...rest } = expected.findings[i];
      for (const difference of [finding.score - score, finding.evidence_inside_lungs - inside]) {
        assert.ok(
          Math.abs(difference) <= 1e-4,
          `${path}, ${finding.label}: page and program differ by ${difference}`,
        );
      }
      const { score: _, evidence_inside_lungs: __, ...own } = finding;
      assert.deepEqual(own, rest, path);
    });
  }

  test("screen() takes a File, a Blob, a buffer or bytes, and names what has no name", async () => {
    const screenings = await page.evaluate((base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      return Promise.all([
        thoraxlite.screen(new File([bytes], "file.jpg")),
        thoraxlite.screen(new File([bytes], "file.jpg"), "renamed.jpg"),
        thoraxlite.screen(new Blob([bytes]), "blob.jpg"),
        thoraxlite.screen(bytes.buffer, "<b>buffer</b>\u0000.jpg"),
        thoraxlite.screen(bytes),
      ]);
    }, filmJpeg.toString("base64"));
    assert.deepEqual(
      screenings.map(({ file, status }) => [file, status]),
      [
        ["file.jpg", "ok"],
        ["renamed.jpg", "ok"],
        ["blob.jpg", "ok"],
        ["<b>buffer</b>\ufffd.jpg", "ok"],
        ["image", "ok"],
      ],
    );
    for (const { findings } of screenings) assert.deepEqual(findings, screenings[0].findings);
    // A name is text, whatever stands in it.
    await page.locator(".row-name").getByText("<b>buffer</b>").waitFor();
    assert.equal(await page.locator("main b").count(), 0);
  });

  test("the page's own thread takes no part in the work and goes on drawing", async () => {
    const context = await browser.newContext();
    await context.addInitScript(() => {
      window.wasmCalls = [];
      for (const name of ["compile", "instantiate", "Module", "Instance"])
        WebAssembly[name] = () => window.wasmCalls.push(name);
    });
    const watched = await context.newPage();
    await watched.goto(pathToFileURL(singleFile).href);
    const seen = await watched.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      await thoraxlite.ready;
      let frames = 0;
      let running = true;
      requestAnimationFrame(function tick() {
        if (running) ++frames;
        requestAnimationFrame(tick);
      });
      const { status } = await thoraxlite.screen(bytes);
      running = false;
      return { status, frames, wasmCalls: window.wasmCalls };
    }, drawPng(3000, 3000).toString("base64"));
    assert.equal(seen.status, "ok");
    assert.deepEqual(seen.wasmCalls, []);
    assert.ok(seen.frames > 0, "no frame was drawn while the film was screened");
    await context.close();
  });

  test("a trap in the core is a row with an error, and a new worker does the rest", async () => {
    await page.evaluate(() => thoraxlite.ready);
    const [worker] = page.workers();
    await worker.evaluate(() => {
      // (module (func (export "f") unreachable))
      const trap = new WebAssembly.Instance(
        new WebAssembly.Module(
          new Uint8Array([
            0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10,
            5, 1, 3, 0, 0, 11,
          ]),
        ),
      );
      Uint8Array.prototype.set = () => trap.exports.f();
    });
    const screenings = await page.evaluate((base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      return Promise.all([1, 2, 3, 4, 5].map((n) => thoraxlite.screen(bytes, `${n}.jpg`)));
    }, filmJpeg.toString("base64"));
    const failed = screenings.filter(({ status }) => status === "error");
    assert.equal(failed.length, 1);
    assert.match(failed[0].message, /stopped unexpectedly.*unreachable/);
    assert.deepEqual(failed[0].findings, []);
    const others = screenings.filter(({ status }) => status === "ok");
    assert.equal(others.length, 4);
    for (const { model } of others) assert.deepEqual(model, failed[0].model);
    assert.ok(!page.workers().includes(worker), "the worker was replaced");
  });

  describe("openModel()", () => {
    const good = () => readModel(readFileSync(modelFile));

    async function assertRefused(bytes, says) {
      const before = await page.evaluate(() => thoraxlite.ready);
      await assert.rejects(openModel(bytes), says);
      const screening = await page.evaluate((base64) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        return thoraxlite.screen(bytes);
      }, filmJpeg.toString("base64"));
      assert.equal(screening.status, "ok");
      assert.equal(screening.model.sha256, before.model.sha256, "the model before stays open");
    }

    test("refuses an empty file", () => assertRefused(Buffer.alloc(0), /not valid safetensors/));

    test("refuses a file that is no model", () => assertRefused(filmJpeg, /not valid safetensors/));

    test("refuses a tensor of a wrong shape", () => {
      const model = good();
      const { shape } = model.tensors["conv1.weight"];
      [shape[0], shape[1]] = [shape[1], shape[0]];
      return assertRefused(writeModel(model), /conv1.*has a weight of shape/);
    });

    test("refuses weights that fail the file's own self-test", () => {
      const model = good();
      const [start, end] = model.tensors["conv1.weight"].data_offsets;
      model.data = Buffer.from(model.data);
      model.data.fill(0, start, end);
      return assertRefused(writeModel(model), /self-test/);
    });

    test("opens another model, shows it, and keeps it after a crash", async () => {
      const model = good();
      model.card.name = "another-student";
      const opened = await openModel(writeModel(model));
      assert.equal(opened.model.name, "another-student");
      await page.locator(".model-chip").getByText("another-student").waitFor();

      await page.workers()[0].evaluate(() => {
        setTimeout(() => {
          throw new Error("made to fail");
        });
      });
      await page.waitForEvent("worker");
      const screening = await page.evaluate((base64) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        return thoraxlite.screen(bytes);
      }, filmJpeg.toString("base64"));
      assert.equal(screening.status, "ok");
      assert.equal(screening.model.name, "another-student");
      assert.equal(screening.model.sha256, opened.model.sha256);
    });
  });

  test(
    "a model with a lung network gives what cxr-screen --model gives",
    { skip: !existsSync(cxrScreen) && `${cxrScreen} is not built` },
    async () => {
      const folder = temporaryFolder();
      const [model, film, disc] = ["lungs.safetensors", "film.jpg", "disc.png"].map((name) =>
        resolve(folder, name),
      );
      writeFileSync(film, filmJpeg);
      writeFileSync(disc, discPng);
      const paper = readModel(readFileSync(resolve(root, "weights/covid-paper.safetensors")));
      paper.card.novelty.threshold = 1e6;
      const bytes = writeModel(withLungs(paper));
      writeFileSync(model, bytes);
      await openModel(bytes);
      await assertAlike(model, [film, disc, ...sampleFilms]);
    },
  );

  test(
    "the released DenseNet-121, opened as a file, gives what cxr-screen --model gives",
    {
      skip: !existsSync(cxrScreen)
        ? `${cxrScreen} is not built`
        : sampleFilms.length === 0 && `${samples} is missing`,
    },
    async () => {
      const assistant = resolve(root, "weights/covid-assistant.safetensors");
      await page.locator(".model-chip").click();
      await page.locator("input.choose-model").setInputFiles(assistant);
      await page.getByRole("heading", { name: "Model card of covid-assistant" }).waitFor();
      await assertAlike(assistant, sampleFilms);
    },
  );
});
