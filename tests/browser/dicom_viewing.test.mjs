// A DICOM film in the viewer: its frames, its windows, what was done to its pixels, and whose it is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PNG } from "pngjs";
import { launch, openFile } from "./chromium.mjs";
import { dicomFile, filmElements } from "./dicom_files.mjs";
import { drawn, dropFiles, until } from "./hands.mjs";

const [columns, rows, frames] = [128, 96, 2];
// The first frame grows brighter to the right, the second downwards.
const pixels = Uint16Array.from({ length: frames * rows * columns }, (_, i) => {
  const [x, y] = [i % columns, Math.floor(i / columns)];
  return y < rows ? x * 8 : (y - rows) * 8;
});
const file = dicomFile(
  filmElements({
    columns,
    rows,
    frames,
    pixels,
    bitsStored: 12,
    more: [
      [0x00281050, "DS", "512\\256"],
      [0x00281051, "DS", "1024\\128"],
      [0x00281055, "LO", "WIDE\\NARROW"],
    ],
  }),
);

test("a film of two frames and two windows", async () => {
  const browser = await launch();
  try {
    const { page } = await openFile(browser, undefined, { viewport: { width: 1440, height: 900 } });
    await page.evaluate(() => thoraxlite.ready);
    await dropFiles(page, [{ name: "IM0001", bytes: file }]);
    await drawn(page);
    const strip = page.locator(".film-strip");
    const shade = async (u, v) => {
      await page.locator(".film-view").press("1");
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      const image = PNG.sync.read(await page.locator(".film-view").screenshot());
      const x = Math.round((image.width - columns) / 2) + u;
      const y = Math.round((image.height - rows) / 2) + v;
      return image.data[4 * (y * image.width + x)];
    };
    const becomes = (expected) =>
      until(async () => Math.abs((await shade(96, 10)) - expected) <= 2);

    assert.match(await strip.locator(".steps").textContent(), /Windowed by the file's centre/);
    await becomes((255 * (96 * 8)) / 1024);

    await strip.getByLabel("Window of the file").selectOption({ label: "NARROW (256 / 128)" });
    await becomes(255);

    await strip.getByLabel("Frame").fill("2");
    await strip.getByLabel("Frame").blur();
    await becomes(0);
    await page.locator(".film-view").press("PageUp");
    await becomes(255);

    // As it is seen: the blocks that the page carries are in its text, and may hold any letters.
    const whole = () => page.locator("body").innerText();
    assert.doesNotMatch(await whole(), /Phantom\^?.?Drawn|P-1/, "whose film it is stays hidden");
    await strip.getByRole("button", { name: "Show patient data" }).click();
    assert.match(await strip.textContent(), /P-1/);
    // Nothing of it is kept: another film, and it is hidden again.
    await strip.getByRole("button", { name: "Hide patient data" }).click();
    assert.doesNotMatch(await whole(), /P-1/);
  } finally {
    await browser.close();
  }
});
