// The viewer's arithmetic, without a browser.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pageModule } from "./page_module.mjs";

const { refined } = await pageModule("viewer/evidence_map.ts");
const { extent, isInside, outline } = await pageModule("viewer/lung_field.ts");
const { filmPoint, fit, oneToOne, panBy, zoomAt } = await pageModule("viewer/placement.ts");
const { half, levelFor, pyramid } = await pageModule("film/pyramid.ts");
const { after, initialView } = await pageModule("viewer/view.ts");
const { adjusted, between, grey, presets, quantiles } = await pageModule("viewer/window_level.ts");

const film = { width: 3000, height: 2000 };
const view = { width: 900, height: 700 };
const near = (actual, expected, within = 1e-9) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);

describe("placement", () => {
  test("a film is fitted whole and centred", () => {
    const { scale, x, y } = fit(film, view);
    near(scale, 0.3);
    near(x, 0);
    near(y, 50);
  });

  test("zooming keeps the point under the hand", () => {
    const at = { x: 300, y: 400 };
    const before = fit(film, view);
    const placed = zoomAt(before, 4, at, film, view);
    near(filmPoint(placed, at).x, filmPoint(before, at).x);
    near(filmPoint(placed, at).y, filmPoint(before, at).y);
  });

  test("one to one is exactly that, on whole pixels", () => {
    const { scale, x, y } = oneToOne(fit(film, view), { x: 301, y: 333 }, film, view);
    assert.deepEqual([scale, x, y], [1, Math.round(x), Math.round(y)]);
  });

  test("a film cannot be lost outside of the view, nor zoomed without end", () => {
    let placed = zoomAt(fit(film, view), 1e9, { x: 0, y: 0 }, film, view);
    assert.ok(placed.scale <= 16);
    placed = panBy(placed, { x: 1e9, y: -1e9 }, film, view);
    const middle = filmPoint(placed, { x: view.width / 2, y: view.height / 2 });
    assert.ok(middle.x >= 0 && middle.y <= film.height);
  });
});

describe("pyramid", () => {
  test("a level's pixel is the mean of four, with odd sides kept", () => {
    const level = half({ width: 3, height: 1, pixels: Uint16Array.of(10, 20, 65535) });
    assert.deepEqual([level.width, level.height], [2, 1]);
    assert.deepEqual([...level.pixels], [15, 65535]);
  });

  test("levels halve until they are small", () => {
    const pixels = new Uint16Array(1000 * 600).fill(7);
    const levels = [...pyramid({ width: 1000, height: 600, maxValue: 255, pixels })];
    assert.deepEqual(
      levels.map(({ width, height }) => [width, height]),
      [
        [1000, 600],
        [500, 300],
        [250, 150],
        [125, 75],
      ],
    );
    assert.ok(levels.every(({ pixels }) => pixels.every((value) => value === 7)));
  });

  test("the level that is read is near the size that is shown", () => {
    assert.deepEqual(
      [16, 1, 0.5, 0.3, 0.001].map((scale) => levelFor(scale, 5)),
      [0, 0, 1, 2, 4],
    );
  });
});

describe("window", () => {
  test("black below, white above, linear between", () => {
    const window = between(1000, 3000);
    assert.deepEqual(
      [0, 1000, 1500, 2000, 3000, 65535].map((value) => grey(value, window)),
      [0, 0, 0.25, 0.5, 1, 1],
    );
  });

  test("dragging keeps within the film's range", () => {
    const window = adjusted({ centre: 100, width: 50 }, -9, -9, 255);
    assert.deepEqual(window, { centre: 255, width: 1 });
  });

  test("quantiles are of the pixels that count", () => {
    const level = { width: 4, height: 1, pixels: Uint16Array.of(5, 900, 7, 6) };
    assert.deepEqual(quantiles(level, [0, 1]), [5, 900]);
    assert.deepEqual(
      quantiles(level, [0, 1], (u) => u > 0.5),
      [6, 7],
    );
  });

  test("there is a window of the lungs only where there is a lung field", () => {
    // Dark above, bright below.
    const pixels = Uint16Array.from({ length: 200 }, (_, i) => i);
    const level = { width: 10, height: 20, pixels };
    assert.deepEqual([...presets(level, 255, null).keys()], ["whole", "middle"]);
    const lungs = presets(level, 255, (_, v) => v < 0.5).get("lungs");
    assert.ok(lungs.centre > 45 && lungs.centre < 55);
  });
});

describe("deeds", () => {
  const shown = [
    { do: "resize", size: view },
    { do: "show", film: { ...film, maxValue: 4095 } },
  ].reduce(after, initialView);

  test("a fitted film stays fitted when the view changes, a zoomed one where it is", () => {
    const size = { width: 450, height: 350 };
    near(after(shown, { do: "resize", size }).placement.scale, 0.15);
    const zoomed = after(shown, { do: "zoom", factor: 2 });
    near(after(zoomed, { do: "resize", size }).placement.scale, zoomed.placement.scale);
  });

  test("reset undoes all but the tool", () => {
    const changed = [
      { do: "tool", tool: "pan" },
      { do: "zoom", factor: 3 },
      { do: "invert" },
      { do: "adjust", wider: -0.5, brighter: 0.2 },
    ].reduce(after, shown);
    assert.deepEqual(after(changed, { do: "reset" }), { ...shown, tool: "pan" });
  });

  test("a higher centre is darker: dragging up lowers it", () => {
    const { window } = after(shown, { do: "adjust", wider: 0, brighter: 0.1 });
    assert.ok(window.centre < shown.window.centre);
  });
});

describe("evidence", () => {
  const grid = { width: 4, height: 4, values: Float32Array.from({ length: 16 }, () => 0) };
  grid.values[3 * 4 + 0] = 6;
  grid.values[0 * 4 + 3] = 2;
  grid.values[5] = -50;

  test("the finer map runs through the cells' values, and is flat where they are", () => {
    const { width, values } = refined(grid, 3);
    assert.equal(width, 12);
    near(values[10 * 12 + 1], 6);
    const flat = { width: 3, height: 2, values: new Float32Array(6).fill(0.25) };
    assert.ok(refined(flat, 4).values.every((value) => Math.abs(value - 0.25) < 1e-7));
  });
});

describe("lung field", () => {
  const side = 16;
  const inside = Uint8Array.from({ length: side * side }, (_, i) =>
    i % side >= 4 && i % side < 8 && i / side >= 2 && i / side < 12 ? 1 : 0,
  );

  test("its extent and its inside", () => {
    const field = { side, inside };
    assert.deepEqual(extent(field), { left: 4 / 16, right: 8 / 16, top: 2 / 16, bottom: 12 / 16 });
    assert.ok(isInside(field, 0.3, 0.5) && !isInside(field, 0.6, 0.5));
  });

  test("its outline is a closed path around it", () => {
    const path = outline({ side, inside });
    assert.match(path, /^M.+Z$/);
    const numbers = path.match(/[\d.]+/g).map(Number);
    const across = numbers.filter((_, i) => i % 2 === 0);
    near(Math.min(...across), 4, 0.5);
    near(Math.max(...across), 8, 0.5);
  });
});
