// The page itself in a browser of its own: dist/thoraxlite.html from file://, or the site.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { open } from "./browsers.mjs";
import { kRoot, median } from "./figures.mjs";
import { processorTime, spentBetween } from "./processor_time.mjs";

// What a browser does of its own when it starts is over by then.
const kSettling = 2000; // milliseconds
const kWindow = { width: 1440, height: 900 };
const kDist = resolve(kRoot, process.env.THORAXLITE_DIST ?? "dist");
const kPage = resolve(kDist, "thoraxlite.html");
export const kSite = resolve(kDist, "site");

// All the films at once, as a person drops a folder. site: where dist/site is served, model: a model's file;
// without them the single file with its own model. Resolves to { seconds, spent, longestBlock }: from the
// first film given, with the model open, to the last finding; what processor_time.mjs says of that; of the
// page's own thread, milliseconds.
export function ourFolder(paths, { site, model } = {}) {
  return inPage(async (page) => {
    await page.evaluate(() => thoraxlite.ready);
    if (model)
      await (
        await fileInput(page, [model])
      ).evaluate((element) => thoraxlite.openModel(element.files[0]));
    const input = await fileInput(page, paths);
    const before = processorTime(page.browser().process().pid);
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
    const spent = spentBetween(before, processorTime(page.browser().process().pid));
    const failed = statuses.find((status) => status !== "ok");
    if (failed !== undefined) throw new Error(`the page says of a film: ${failed}`);
    return { seconds: milliseconds / 1000, spent, longestBlock: await longestBlock(page) };
  }, site);
}

// Opens the page and gives it the film as soon as it takes one, `times` times, each in a fresh browser.
// Resolves to { ready, finding, drawn, longestBlock }, each { median, least, largest } in milliseconds:
// from the start of the navigation to the model open, to the findings and to the film on the screen; the
// longest block until then.
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
          const shown = () =>
            new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)));
          await shown();
          const finding = performance.now();
          while (document.querySelector(".film-view[data-drawn=true]") === null) await shown();
          await shown();
          return { ready: await ready, finding, drawn: performance.now() };
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
    drawn: spread("drawn"),
    longestBlock: spread("longestBlock"),
  };
}

// Drags over the film for so many steps, which changes window and level. Resolves to { frames, median,
// slow }: how many the page drew meanwhile, and the median and the 95th percentile of the milliseconds
// between them.
export function drag(film, steps) {
  return inPage(async (page) => {
    await (await page.$("input.choose-files")).uploadFile(film);
    await page.waitForSelector(".film-view[data-drawn=true]");
    await page.waitForSelector(".finding");
    const { x, y, width, height } = await (await page.$(".film-view")).boundingBox();
    const at = (part) => [x + width * (0.3 + 0.4 * part), y + height * (0.7 - 0.4 * part)];
    await page.mouse.move(...at(0));
    await page.mouse.down();
    await page.evaluate(() => {
      self.frames = [];
      const note = (time) => {
        self.frames.push(time);
        self.noting = requestAnimationFrame(note);
      };
      note(performance.now());
    });
    for (let step = 1; step <= steps; ++step) await page.mouse.move(...at(step / steps));
    const times = await page.evaluate(() => {
      cancelAnimationFrame(self.noting);
      return self.frames;
    });
    await page.mouse.up();
    // The first is not a frame but the moment at which noting began.
    const between = times.slice(2).map((time, i) => time - times[i + 1]);
    between.sort((a, b) => a - b);
    return {
      frames: between.length,
      median: median(between),
      slow: between[Math.floor(0.95 * (between.length - 1))],
    };
  });
}

async function inPage(work, site) {
  if (!existsSync(kPage)) throw new Error(`there is no ${kPage}; tools/run builds it`);
  const browser = await open("chromium");
  try {
    const page = await browser.newPage();
    await page.setViewport(kWindow);
    await new Promise((settled) => setTimeout(settled, kSettling));
    await page.evaluateOnNewDocument(() => {
      self.blocks = [];
      const note = (list) => self.blocks.push(...list.getEntries().map(({ duration }) => duration));
      self.blockObserver = new PerformanceObserver(note);
      self.blockObserver.observe({ type: "longtask", buffered: true });
    });
    await page.goto(site ?? pathToFileURL(kPage).href, { waitUntil: "domcontentloaded" });
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
