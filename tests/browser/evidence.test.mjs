// Evidence over the film, where the truth is known: a drawn film with one opacity, and a network that
// finds such opacities by construction.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { PNG } from "pngjs";
import { blobModel as wholeFilms } from "./blob_model.mjs";
import { launch, openFile, root } from "./chromium.mjs";
import { drawn, dropFiles, read, row, until } from "./hands.mjs";
import { discPng, opacityPng } from "./images.mjs";
import { withLungs, withView } from "./lung_network.mjs";
import { readModel, writeModel } from "./model_file.mjs";
import { pageModule } from "./page_module.mjs";

const { colours } = await pageModule("evidence_map.ts");

// In parts of the film's width and height; wider than high, so that a swapped axis shows.
const opacities = {
  "left.png": { x: 0.3, y: 0.62, radius: 0.05 },
  "right.png": { x: 0.7, y: 0.36, radius: 0.05 },
};
const [width, height] = [900, 700];
const blobModel = writeModel(withLungs(readModel(wholeFilms)));
const cxrScreen = resolve(root, "build/native/native/screen/cxr-screen");

describe("evidence", () => {
  let browser, opened, page, pane;
  before(async () => {
    browser = await launch();
    opened = await openFile(browser, undefined, {
      viewport: { width: 1440, height: 900 },
      reducedMotion: "reduce",
    });
    page = opened.page;
    await page.evaluate(() => thoraxlite.ready);
    await openModel(blobModel);
    await dropFiles(
      page,
      Object.entries(opacities).map(([name, opacity]) => ({
        name,
        bytes: opacityPng(width, height, opacity),
      })),
    );
    for (const name of Object.keys(opacities))
      await row(page, name).and(page.locator("[data-status=ok]")).waitFor();
  });
  after(async () => {
    const address = page.url();
    await browser.close();
    assert.deepEqual(opened.requests, [address]);
    assert.deepEqual(opened.complaints, []);
  });

  const openModel = (bytes) =>
    page.evaluate((bytes) => thoraxlite.openModel(new Uint8Array(bytes)), [...bytes]);
  async function show(name, label) {
    pane = await read(page, name);
    await drawn(page);
    const head = pane.locator(".finding-head").filter({ hasText: label });
    if ((await head.getAttribute("aria-expanded")) === "false") await head.click();
    await page.getByRole("heading", { name: `Evidence for ${label}` }).waitFor();
  }
  async function showMap(shown) {
    await pane.getByRole("checkbox", { name: "Show the evidence map" }).setChecked(shown);
    await page.locator(".evidence-layer").waitFor({ state: shown ? "visible" : "detached" });
  }
  // Of the view, once what it shows has been painted, without the map's caption.
  async function picture() {
    await page.evaluate(() => {
      const caption = document.querySelector(".map-caption");
      if (caption !== null) caption.style.visibility = "hidden";
      return new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
    });
    return PNG.sync.read(await page.locator(".film-view").screenshot());
  }

  // Where the two pictures of the view differ: the middle of it in parts of the film, and how much of
  // it lies within the opacity.
  async function difference(before, after, opacity) {
    const scale = Number(await page.locator("[data-zoom]").getAttribute("data-zoom"));
    const left = (after.width - width * scale) / 2;
    const top = (after.height - height * scale) / 2;
    let [sum, sumX, sumY, within] = [0, 0, 0, 0];
    for (let i = 0; i < after.width * after.height; ++i) {
      let change = 0;
      for (let c = 0; c < 3; ++c)
        change += Math.abs(after.data[4 * i + c] - before.data[4 * i + c]);
      const x = ((i % after.width) + 0.5 - left) / (width * scale);
      const y = (Math.floor(i / after.width) + 0.5 - top) / (height * scale);
      sum += change;
      sumX += change * x;
      sumY += change * y;
      // What is laid over a film is coarser than the film.
      if (Math.hypot(x - opacity.x, y - opacity.y) < opacity.radius + 0.06) within += change;
    }
    return { sum, x: sumX / sum, y: sumY / sum, within: within / sum };
  }

  for (const [name, opacity] of Object.entries(opacities))
    test(`${name}: the map lights up where the opacity is, and nowhere else`, async () => {
      await show(name, "opacity");
      const finding = pane.locator(".finding").filter({ hasText: "Opacity" });
      assert.match(await finding.textContent(), /above/);
      const without = await picture();
      await showMap(true);
      const lit = await difference(without, await picture(), opacity);
      assert.ok(lit.sum > 0, "the map is seen");
      assert.ok(Math.abs(lit.x - opacity.x) < 0.03, `across: ${lit.x}, not ${opacity.x}`);
      assert.ok(Math.abs(lit.y - opacity.y) < 0.03, `down: ${lit.y}, not ${opacity.y}`);
      assert.ok(lit.within > 0.9, `${lit.within} of it lies at the opacity`);
      await showMap(false);
      const gone = await difference(without, await picture(), opacity);
      assert.equal(gone.sum, 0, "without the map the film is as it was");
    });

  test("the map goes with the film, zoomed", async () => {
    await show("left.png", "opacity");
    const view = page.locator(".film-view");
    await view.press("1");
    for (let i = 0; i < 3; ++i) await view.press("+");
    await view.press("ArrowLeft");
    const place = async () => {
      await showMap(true);
      return page.locator(".evidence-layer").boundingBox();
    };
    const zoomed = await place();
    const { x, y } = await view.boundingBox();
    const zoom = Number(await page.locator("[data-zoom]").getAttribute("data-zoom"));
    assert.ok(
      Math.abs(zoomed.width - width * zoom) < 1 && Math.abs(zoomed.height - height * zoom) < 1,
    );
    await view.press("ArrowRight");
    const moved = await place();
    assert.ok(moved.x < zoomed.x && Math.abs(moved.y - zoomed.y) < 0.01);
    await view.press("0");
    const fitted = await place();
    assert.ok(fitted.x >= x && fitted.y >= y);
    await showMap(false);
  });

  test("the legend has the map's colours, from none to the most", async () => {
    await show("left.png", "opacity");
    const legend = await pane
      .locator(".legend canvas")
      .evaluate((canvas) => [...canvas.getContext("2d").getImageData(0, 0, canvas.width, 1).data]);
    assert.deepEqual(
      legend,
      colours.flatMap((colour) => [...colour, 255]),
    );
  });

  test("the opacity slider fades the map, to nothing", async () => {
    await show("left.png", "opacity");
    const without = await picture();
    await showMap(true);
    const layer = page.locator(".evidence-layer");
    const slider = pane.getByRole("slider", { name: "Opacity" });
    const changes = [];
    for (const value of ["0", "0.25", "0.5", "1"]) {
      await slider.fill(value);
      await until(async () => (await layer.evaluate((canvas) => canvas.style.opacity)) === value);
      changes.push((await difference(without, await picture(), opacities["left.png"])).sum);
    }
    assert.equal(changes[0], 0);
    for (let i = 1; i < changes.length; ++i)
      assert.ok(changes[i] > 1.5 * changes[i - 1], `each shows more: ${changes}`);
    assert.equal(await slider.getAttribute("aria-valuetext"), "100%");
    await slider.fill("0.5");
    await showMap(false);
  });

  const inside = async () =>
    Number(await pane.locator("[data-inside-lungs]").getAttribute("data-inside-lungs"));
  const outsideWarning = () => pane.locator(".evidence .warning");

  test("evidence in a lung is said to lie there, without a warning", async () => {
    await show("right.png", "opacity");
    const { findings } = await page.evaluate(
      (bytes) => thoraxlite.screen(new Uint8Array(bytes), "again.png"),
      [...opacityPng(width, height, opacities["right.png"])],
    );
    assert.equal(await inside(), findings[0].evidence_inside_lungs);
    assert.ok((await inside()) > 0.5);
    await pane
      .getByText(/^(More than half|Nearly all) of it lies inside the lung fields\.$/)
      .waitFor();
    assert.match(await pane.locator(".evidence").textContent(), /what a network found/);
    assert.equal(await outsideWarning().count(), 0);
  });

  test("evidence that lies outside more than is usual for the model is warned of", async () => {
    await show("right.png", "bright");
    assert.ok((await inside()) < 0.5);
    assert.match(await outsideWarning().textContent(), /Less of it than on nearly all/);
  });

  test("the map is a picture with words, which say where it is brightest", async () => {
    for (const [name, zone] of [
      ["left.png", /third of the lung fields, on the patient's right \(left in the picture\)\.$/],
      [
        "right.png",
        /in the middle third of the lung fields, on the patient's left \(right in the picture\)\.$/,
      ],
    ]) {
      await show(name, "opacity");
      await showMap(true);
      const map = page.getByRole("img", { name: "Evidence for opacity" });
      const words = await map.getAttribute("aria-label");
      assert.match(words, zone);
      assert.ok((await pane.textContent()).includes(words.replace("Evidence for Opacity. ", "")));
      await showMap(false);
      assert.equal(await map.count(), 0);
    }
  });

  test("the outline goes around the lungs that the network found, and not around the rest", async () => {
    await show("right.png", "opacity");
    const outline = pane.getByRole("checkbox", { name: "Outline the lung fields" });
    await outline.check();
    const layer = page.locator(".outline-layer");
    const path = await layer.locator("path").first().getAttribute("d");
    const side = Number((await layer.getAttribute("viewBox")).split(" ")[2]);
    const numbers = path.match(/[\d.]+/g).map((text) => Number(text) / side);
    const [xs, ys] = [0, 1].map((odd) => numbers.filter((_, i) => i % 2 === odd));
    const near = (found, drawn) =>
      assert.ok(Math.abs(found - drawn) < 0.08, `${found}, not ${drawn}`);
    near(Math.min(...xs), 0.3 - 0.14);
    near(Math.max(...xs), 0.7 + 0.14);
    near(Math.min(...ys), 0.48 - 0.34);
    assert.equal(
      await page.getByRole("button", { name: "Outline the lung fields" }).isEnabled(),
      true,
    );
    await outline.uncheck();
    await layer.waitFor({ state: "detached" });
  });

  test("an image without lungs is refused as such; shown anyway, nothing is said of lungs", async () => {
    await dropFiles(page, [{ name: "disc.png", bytes: discPng }]);
    pane = await read(page, "disc.png");
    await pane.getByRole("heading", { name: "No lungs found" }).waitFor();
    assert.match(
      await pane.locator(".message").textContent(),
      /^No lungs were found in the image;/,
    );
    await pane.getByRole("button", { name: "Show scores anyway" }).click();
    await show("disc.png", "opacity");
    assert.equal(await pane.getByRole("checkbox", { name: "Outline" }).count(), 0);
    assert.ok(await page.getByRole("button", { name: "Outline the lung fields" }).isDisabled());
    assert.doesNotMatch(await pane.locator(".evidence").textContent(), /lung/i);
  });

  test("a model that sees a part of the film has its map over the film, and its outline", async () => {
    await openModel(writeModel(withView(readModel(wholeFilms), [-2, -2])));
    for (const [name, opacity] of Object.entries(opacities)) {
      const [seen] = (
        await page.evaluate(
          ([bytes, name]) => thoraxlite.screen(new Uint8Array(bytes), name),
          [[...opacityPng(width, height, opacity)], `part-${name}`],
        )
      ).findings;
      assert.ok(Math.hypot(seen.peak.x - opacity.x, seen.peak.y - opacity.y) < opacity.radius);
      await show(`part-${name}`, "opacity");
      await showMap(true);
      // Of the brightest there is, 0 to 1, there and in a corner, which lies outside of that part.
      const [there, corner] = await page.locator(".evidence-layer").evaluate(
        (canvas, places) => {
          const { width, height } = canvas;
          const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
          const light = (i) => (data[i] + data[i + 1]) * data[i + 3];
          let most = 0;
          for (let i = 0; i < data.length; i += 4) most = Math.max(most, light(i));
          return places.map(
            ({ x, y }) =>
              light(4 * (Math.floor(y * height) * width + Math.floor(x * width))) / most,
          );
        },
        [seen.peak, { x: 0.03, y: 0.97 }],
      );
      assert.ok(
        there > 0.9 && corner === 0,
        `${there} where it is brightest, ${corner} in a corner`,
      );
      await showMap(false);
      const outline = pane.getByRole("checkbox", { name: "Outline the lung fields" });
      await outline.check();
      assert.equal(await page.locator(".outline-layer").getAttribute("viewBox"), "0 0 224 224");
      await outline.uncheck();
    }
  });

  test("a model without a lung network has its map, and nothing is said of lungs", async () => {
    await openModel(wholeFilms);
    const { findings } = await page.evaluate(
      (bytes) => thoraxlite.screen(new Uint8Array(bytes), "whole.png"),
      [...opacityPng(width, height, opacities["right.png"])],
    );
    for (const { evidence_inside_lungs: share, peak } of findings)
      assert.deepEqual([share, peak], [null, null]);
    await show("whole.png", "opacity");
    await showMap(true);
    const map = page.getByRole("img", { name: "Evidence for opacity" });
    assert.equal(await map.getAttribute("aria-label"), "Evidence for Opacity.");
    const text = await pane.locator(".evidence").textContent();
    assert.doesNotMatch(text, /lung|brightest|Nothing on the film/i);
    await showMap(false);
    for (const role of ["checkbox", "button"])
      assert.equal(
        await page.getByRole(role, { name: "Outline the lung fields" }).count(),
        0,
        role,
      );
    const presets = await page.locator(".windows option").allTextContents();
    assert.ok(presets.length > 0 && !presets.some((name) => /lung/i.test(name)), `${presets}`);
    await page.getByRole("button", { name: "Print a report" }).click();
    await page.locator(".report thead").waitFor({ state: "attached" });
    assert.doesNotMatch(await page.locator(".report thead").textContent(), /lung/i);
    await page.keyboard.press("Escape");
  });

  test(
    "cxr-screen's pictures share one scale: little evidence looks like little",
    { skip: !existsSync(cxrScreen) && `${cxrScreen} is not built` },
    () => {
      const folder = mkdtempSync(resolve(tmpdir(), "thoraxlite-"));
      const [model, film] = ["blob.safetensors", "film.png"].map((name) => resolve(folder, name));
      writeFileSync(model, blobModel);
      writeFileSync(film, opacityPng(width, height, opacities["left.png"]));
      execFileSync(cxrScreen, ["--model", model, "--map", folder, "--format", "json", film]);
      // Of the most coloured pixel: how far its channels lie apart.
      const [opacity, bright] = ["opacity", "bright"].map((label) => {
        const { data } = PNG.sync.read(readFileSync(resolve(folder, `film.png-${label}.png`)));
        let most = 0;
        for (let i = 0; i < data.length; i += 4) {
          const [r, g, b] = data.subarray(i, i + 3);
          most = Math.max(most, Math.max(r, g, b) - Math.min(r, g, b));
        }
        return most;
      });
      assert.ok(Math.max(opacity, bright) > 100, "the largest is as bright as it gets");
      assert.ok(
        Math.min(opacity, bright) < 0.7 * Math.max(opacity, bright),
        `the lesser one is not: ${opacity}, ${bright}`,
      );
    },
  );
});
