// On a small laptop, zoomed, and on a phone, in both languages: every control can be reached, five rows of
// the list are in sight, and the end of a file's name is there. On paper stands the film in sight.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch, openFile } from "./chromium.mjs";
import { drawn, dropFiles, read, row } from "./hands.mjs";
import { numberedFilm } from "./images.mjs";

const long = (i) => `Station 3/Thorax in zwei Ebenen im Stehen, Aufnahme pa, ${1000 + i}.jpg`;
const films = Array.from({ length: 12 }, (_, i) => ({
  name: long(i).replace("Station 3/", ""),
  bytes: numberedFilm(2000 + i),
}));

// In pixels of CSS.
const screens = {
  "1366 x 768 at 125 %": [1093, 614],
  "1024 x 768": [1024, 768],
  "1440 x 900 at 200 %": [720, 450],
  "a phone": [390, 844],
  "1440 x 900": [1440, 900],
};

describe("layout", () => {
  let browser;
  before(async () => (browser = await launch()));
  after(() => browser.close());

  for (const locale of ["en-US", "de-DE"])
    test(`small windows: ${locale}`, async () => {
      const { page, context } = await openFile(browser, undefined, {
        locale,
        viewport: { width: 1440, height: 900 },
        reducedMotion: "reduce",
      });
      await page.evaluate(() => thoraxlite.ready);
      await dropFiles(page, films);
      await row(page, films[11].name).and(page.locator("[data-status=ok]")).waitFor();
      await read(page, films[0].name);
      await drawn(page);
      for (const [name, [width, height]] of Object.entries(screens)) {
        await page.setViewportSize({ width, height });
        await page.waitForTimeout(100); // rows are drawn a task after the layout
        const table = page.getByRole("grid");
        if (width < 896) await table.scrollIntoViewIfNeeded();
        assert.ok((await rowsInSight(page)) >= 5, `${await rowsInSight(page)} rows: ${name}`);
        assert.deepEqual(await covered(page), [], name);
        const ends = await page.locator(".row-own > :last-child").evaluateAll((all) =>
          all.slice(0, 5).map((end) => {
            const { left, right } = end.getBoundingClientRect();
            const cell = end.closest(".cell-film").getBoundingClientRect();
            return left >= cell.left - 1 && right <= cell.right + 1;
          }),
        );
        assert.ok(ends.every(Boolean), `the ends of names are in sight: ${name}`);
        const content = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(content <= width, `${name} scrolls sideways: ${content}`);
      }
      await context.close();
    });

  // Rows that are seen whole.
  const rowsInSight = (page) =>
    page.locator(".film-row").evaluateAll((rows) => {
      const table = document.querySelector(".film-table").getBoundingClientRect();
      const head = document.querySelector(".table-head").getBoundingClientRect();
      return rows.filter((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return (
          top >= head.bottom - 1 &&
          bottom <= Math.min(table.bottom, innerHeight) + 1 &&
          bottom - top > 20
        );
      }).length;
    });

  // Controls that no scrolling brings to light.
  const covered = (page) =>
    page.locator("button, select, input, summary, [role=grid]").evaluateAll((controls) =>
      controls
        .filter((control) => control.checkVisibility() && !control.closest(".table-head"))
        .filter((control) => {
          control.scrollIntoView({ block: "center", inline: "nearest" });
          const { left, top, width, height } = control.getBoundingClientRect();
          const [x, y] = [left + width / 2, top + Math.min(height / 2, 20)];
          const there = document.elementFromPoint(x, y);
          return there === null || !(control.contains(there) || there.contains(control));
        })
        .map((control) => control.outerHTML.slice(0, 100)),
    );

  test("the browser's own print is the report of the film in sight", async () => {
    const { page, context } = await openFile(browser);
    await page.evaluate(() => thoraxlite.ready);
    await dropFiles(page, films.slice(0, 2));
    await read(page, films[1].name);
    await drawn(page);
    await page.locator(".result .finding").first().waitFor();
    // What Ctrl+P does, as far as a page is told of it.
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await page.emulateMedia({ media: "print" });
    const text = await page.locator(".report").innerText();
    assert.ok(text.includes(films[1].name));
    assert.match(text, /Pneumonia/);
    assert.equal(await page.locator(".findings-pane").isVisible(), false);
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await page.emulateMedia({ media: "screen" });
    assert.equal(await page.locator(".report").count(), 0);
    await page.locator(".findings-pane").waitFor();
    await context.close();
  });
});
