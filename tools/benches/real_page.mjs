// The page itself, dist/thoraxlite.html, opened from file:// in a browser of its own.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { open } from "./browsers.mjs";
import { kRoot, median } from "./figures.mjs";

const kPage = resolve(kRoot, process.env.THORAXLITE_DIST ?? "dist", "thoraxlite.html");

// All the films at once, as a person drops a folder. Resolves to { seconds, longestBlock }: from the
// first film given, with the model open, to the last finding; of the page's own thread, milliseconds.
export function ourFolder(paths) {
  return inPage(async (page) => {
    await page.evaluate(() => thoraxlite.ready);
    const input = await fileInput(page, paths);
    const { milliseconds, statuses } = await input.evaluate(async (element) => {
      const start = performance.now();
      const screenings = await Promise.all(
        [...element.files].map((file) => thoraxlite.screen(file)),
      );
      return {
        milliseconds: performance.now() - start,
        statuses: screenings.map(({ status, message }) => `${status} ${message}`.trim()),
      };
    });
    const failed = statuses.find((status) => status !== "ok");
    if (failed !== undefined) throw new Error(`the page says of a film: ${failed}`);
    return { seconds: milliseconds / 1000, longestBlock: await longestBlock(page) };
  });
}

// Opens the page and gives it the film as soon as it takes one, `times` times, each in a browser that
// was just started. Resolves to { ready, finding, longestBlock }, each { median, least, largest } in
// milliseconds: from the start of the navigation to the model open and to the findings on the screen.
export async function coldOpen(film, times) {
  const runs = [];
  for (let time = 0; time < times; ++time)
    runs.push(
      await inPage(async (page) => {
        const input = await fileInput(page, [film]);
        const moments = await input.evaluate(async (element) => {
          const ready = thoraxlite.ready.then(() => performance.now());
          const { status, message } = await thoraxlite.screen(element.files[0]);
          if (status !== "ok") throw new Error(`the page says of the film: ${status} ${message}`);
          // Shown with the next frame but one at the latest.
          await new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)));
          return { ready: await ready, finding: performance.now() };
        });
        return { ...moments, longestBlock: await longestBlock(page) };
      }),
    );
  const spread = (key) => {
    const values = runs.map((run) => run[key]);
    return { median: median(values), least: Math.min(...values), largest: Math.max(...values) };
  };
  return {
    ready: spread("ready"),
    finding: spread("finding"),
    longestBlock: spread("longestBlock"),
  };
}

async function inPage(work) {
  if (!existsSync(kPage)) throw new Error(`there is no ${kPage}; tools/run builds it`);
  const browser = await open("chromium");
  try {
    const page = await browser.newPage();
    await page.evaluateOnNewDocument(() => {
      self.blocks = [];
      const note = (list) => self.blocks.push(...list.getEntries().map(({ duration }) => duration));
      self.blockObserver = new PerformanceObserver(note);
      self.blockObserver.observe({ type: "longtask", buffered: true });
    });
    await page.goto(pathToFileURL(kPage).href, { waitUntil: "domcontentloaded" });
    return await work(page);
  } finally {
    await browser.close();
  }
}

// Files as a person chooses them: the page gets handles, not bytes.
async function fileInput(page, paths) {
  const input = await page.evaluateHandle(() =>
    Object.assign(document.createElement("input"), { type: "file", multiple: true }),
  );
  await input.uploadFile(...paths);
  return input;
}

// Milliseconds; 0 where nothing took 50 ms or more, which is what browsers report.
const longestBlock = (page) =>
  page.evaluate(() => {
    self.blocks.push(...self.blockObserver.takeRecords().map(({ duration }) => duration));
    return Math.max(0, ...self.blocks);
  });
