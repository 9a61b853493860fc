// What is on the screen is what the film's values, the window and the zoom say: read back from
// screenshots, by both renderers.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { PNG } from "pngjs";
import { launch, openFile } from "./chromium.mjs";
import { drawn, dropFiles, read, until } from "./hands.mjs";
import { blankPng, filmJpeg, writeGrey } from "./images.mjs";

const [width, height] = [256, 192];
// 16 bits, each value its own place: what comes back tells where it is from.
const value = (x, y) => x * 256 + y;
const ramp = { name: "ramp.png", bytes: writeGrey(width, height, value, 16) };

const viewport = { width: 1440, height: 900 };

// The view's pixels, and where the middle of the film's pixel (u, v) is among them.
async function look(page) {
  const view = page.locator(".film-view");
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  const image = PNG.sync.read(await view.screenshot());
  return {
    image,
    at: (x, y) => image.data[4 * (y * image.width + x)],
    corner: [Math.round((image.width - width) / 2), Math.round((image.height - height) / 2)],
  };
}

const shade = (v, centre, windowWidth) =>
  255 * Math.min(Math.max((v - centre) / windowWidth + 0.5, 0), 1);

function isShaded(seen, expected) {
  try {
    assertShades(seen, expected);
    return true;
  } catch {
    return false;
  }
}

function assertShades({ at, corner: [left, top] }, expected, inverted = false) {
  for (const [x, y] of [
    [3, 5],
    [60, 100],
    [128, 96],
    [200, 20],
    [255, 191],
  ]) {
    const wanted = expected(value(x, y));
    const shown = at(left + x, top + y);
    const difference = Math.abs(shown - (inverted ? 255 - wanted : wanted));
    assert.ok(difference <= 1, `(${x}, ${y}) is ${shown}, off by ${difference}`);
  }
}

for (const [renderer, hide] of [
  [
    "webgl",
    // The page takes it only from a graphics processor, which these tests may have to do without.
    () => {
      const { getParameter } = WebGL2RenderingContext.prototype;
      WebGL2RenderingContext.prototype.getParameter = function (name) {
        const value = getParameter.call(this, name);
        return /SwiftShader|llvmpipe/.test(value) ? "a graphics processor" : value;
      };
    },
  ],
  [
    "canvas",
    () => {
      const { getContext } = HTMLCanvasElement.prototype;
      HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
        return kind === "webgl2" ? null : getContext.call(this, kind, ...rest);
      };
    },
  ],
])
  describe(`the viewer by ${renderer}`, () => {
    let browser, page, opened;
    before(async () => {
      browser = await launch();
      opened = await openFile(browser, undefined, { viewport, reducedMotion: "reduce" });
      page = opened.page;
      await page.evaluate(hide);
      await page.evaluate(() => thoraxlite.ready);
      await dropFiles(page, [ramp]);
      await drawn(page);
    });
    after(async () => {
      assert.deepEqual(opened.complaints, []);
      await browser.close();
    });
    const view = () => page.locator(".film-view");
    const press = (key) => view().press(key);
    const setWindow = async (centre, windowWidth) => {
      await page.getByLabel("Window centre").fill(String(centre));
      await page.getByLabel("Window centre").blur();
      await page.getByLabel("Window width").fill(String(windowWidth));
      await page.getByLabel("Window width").blur();
    };

    test("that renderer draws", async () => {
      assert.equal(await view().getAttribute("data-renderer"), renderer);
    });

    test("one to one, a pixel of the screen is the film's, at full depth", async () => {
      await press("r");
      await press("1");
      assert.equal(await page.locator("[data-zoom]").getAttribute("data-zoom"), "1");
      assertShades(await look(page), (v) => shade(v, 32767.5, 65535));
      // In eight bits these 512 values would be two.
      await setWindow(128 * 256 + 96, 512);
      const seen = await look(page);
      const [left, top] = seen.corner;
      const column = Array.from({ length: height }, (_, y) => seen.at(left + 128, top + y));
      assert.ok(new Set(column).size > 80, "the sixteen bits are there");
      assertShades(seen, (v) => shade(v, 128 * 256 + 96, 512));
    });

    test("inverted, white is black", async () => {
      await press("i");
      assertShades(await look(page), (v) => shade(v, 128 * 256 + 96, 512), true);
      await press("i");
    });

    test("Shift and arrows change the window", async () => {
      await press("r");
      await press("1");
      for (let i = 0; i < 4; ++i) await press("Shift+ArrowUp");
      for (let i = 0; i < 8; ++i) await press("Shift+ArrowLeft");
      const [centre, windowWidth] = [32767.5 - 65535 / 16, 65535 * (1 - 8 / 64)];
      assert.equal(await page.getByLabel("Window centre").inputValue(), String(Math.round(centre)));
      assertShades(await look(page), (v) => shade(v, centre, windowWidth));
    });

    test("dragging changes the window, as far as it says", async () => {
      await press("r");
      const { x, y } = await view().boundingBox();
      await page.mouse.move(x + 300, y + 300);
      await page.mouse.down();
      await page.mouse.move(x + 240, y + 360, { steps: 3 });
      await page.mouse.up();
      const windowWidth = Number(await page.getByLabel("Window width").inputValue());
      const centre = Number(await page.getByLabel("Window centre").inputValue());
      assert.ok(Math.abs(windowWidth - 65535 * 0.9) <= 1, "a tenth of the range to the left");
      assert.ok(Math.abs(centre - 65535 * 0.6) <= 1, "a tenth down is darker");
    });

    test("zooming and moving by keys, and back to the whole film", async () => {
      await press("r");
      await press("1");
      await press("ArrowRight");
      const { at, image, corner } = await look(page);
      // A smaller film than the view stays in its middle.
      assert.ok(
        Math.abs(at(corner[0] + 60, corner[1] + 100) - shade(value(60, 100), 32767.5, 65535)) <= 1,
      );
      for (let i = 0; i < 12; ++i) await press("+");
      const zoomed = Number(await page.locator("[data-zoom]").getAttribute("data-zoom"));
      assert.ok(Math.abs(zoomed - 1.25 ** 12) < 1e-6);
      const before = (await look(page)).at(image.width >> 1, image.height >> 1);
      await press("ArrowRight");
      const moved = (await look(page)).at(image.width >> 1, image.height >> 1);
      assert.ok(moved > before, "the eye went right, where the ramp is brighter");
      await press("0");
      const fitted = Number(await page.locator("[data-zoom]").getAttribute("data-zoom"));
      assert.ok(Math.abs(fitted - Math.min(image.width / width, image.height / height)) < 1e-6);
    });

    test("the wheel zooms at the hand", async () => {
      await press("r");
      const { x, y, width: across } = await view().boundingBox();
      await page.mouse.move(x + across / 2, y + 200);
      await page.mouse.wheel(0, -400);
      await page.waitForFunction(
        () => Number(document.querySelector("[data-zoom]").dataset.zoom) > 5,
      );
    });

    test("the magnifier shows what lies under it larger, and moves by keys", async () => {
      await press("r");
      await press("1");
      await press("m");
      const { image, at } = await look(page);
      const [u, v] = [image.width >> 1, image.height >> 1];
      // 2.5 times: 50 pixels beside the middle of the lens lies what is 20 beside it.
      const beside = shade(value(128 + 20, 96), 32767.5, 65535);
      assert.ok(Math.abs(at(u + 50, v) - beside) <= 2);
      await press("ArrowRight");
      const after = await look(page);
      assert.notEqual(after.at(u + 50, v), at(u + 50, v));
      await press("m");
      assert.equal(await page.locator(".lens").count(), 0);
    });

    test("a film's pixels go when another is chosen", async () => {
      await dropFiles(page, [{ name: "film.jpg", bytes: filmJpeg }]);
      await page.locator("#film-name").getByText("film.jpg").waitFor();
      await drawn(page);
      await view().press("p");
      assert.equal(await page.locator("#film-name").textContent(), "film.jpg", "it is the first");
      await view().press("n");
      await page.locator("#film-name").getByText("ramp.png").waitFor();
      await drawn(page);
      await press("1");
      const expected = (v) => shade(v, 32767.5, 65535);
      // Until the next film is drawn, the one before is.
      await until(async () => isShaded(await look(page), expected)).catch(() => {});
      assertShades(await look(page), expected);
    });
  });

describe("a refused film", () => {
  test("has its type and its sentence before any score, and is marked when shown anyway", async () => {
    const browser = await launch();
    try {
      const { page, context } = await openFile(browser, undefined, { viewport });
      await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      await page.evaluate(() => thoraxlite.ready);
      await dropFiles(page, [{ name: "blank.png", bytes: blankPng }]);
      const pane = await read(page, "blank.png");
      await pane.getByRole("heading", { name: "Blank image" }).waitFor();
      assert.match(await pane.locator(".message").textContent(), /The image is blank/);
      assert.equal(await pane.locator(".finding").count(), 0);

      await pane.getByRole("button", { name: "Show scores anyway" }).click();
      await pane.locator(".finding").first().waitFor();
      assert.match(await pane.locator(".warning").first().textContent(), /Shown anyway/);
      assert.match(await page.locator(".film-head .status").textContent(), /Not scored|anyway/);
      await pane.getByRole("button", { name: "Copy as JSON" }).click();
      await page.getByRole("button", { name: "Copied" }).waitFor();
      const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
      assert.equal(copied.shown_anyway, true);
      assert.equal(copied.refusal.type, "blank");
      assert.equal(copied.status, "refused");
    } finally {
      await browser.close();
    }
  });
});
