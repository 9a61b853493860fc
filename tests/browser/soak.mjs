// node soak.mjs [COUNT [MODEL]]: so many films of 2000 x 2000 pixels (5000 unless said otherwise) through
// the page, from a folder on the disk, as a person gives them, by a model file where one is named; prints
// films a minute, the memory of all of the browser's processes, and the WebAssembly memory of each worker on
// the way, and ends with 1 where a film is missing, memory grew by more than 400 MB after the first tenth, or
// a worker's beyond 200 MB.

import { execFileSync } from "node:child_process";
import { linkSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import jpeg from "jpeg-js";
import { launch, openFile } from "./chromium.mjs";
import { drawPng } from "./images.mjs";
import { PNG } from "pngjs";
import { temporaryFolder } from "./temporary.mjs";
import { memoryOf, watched } from "./worker_memory.mjs";

const count = Number(process.argv[2] ?? 5000);
const mostGrowth = 400; // MB
const mostOfWorker = 200; // MB
const model = process.argv[3];
const side = 2000;

const folder = temporaryFolder();
const film = resolve(folder, "film-0.jpg");
writeFileSync(film, jpeg.encode(PNG.sync.read(drawPng(side, side)), 88).data);
for (let i = 1; i < count; ++i) linkSync(film, resolve(folder, `film-${i}.jpg`));

// Proportional set size of the process and all below it: shared pages are counted once.
function megabytes(pid) {
  const processes = execFileSync("ps", ["-e", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set([pid]);
  for (let before = 0; before !== family.size;) {
    before = family.size;
    for (const [child, parent] of processes) if (family.has(parent)) family.add(child);
  }
  let kilobytes = 0;
  for (const member of family)
    try {
      const rollup = execFileSync("cat", [`/proc/${member}/smaps_rollup`], {
        encoding: "utf8",
        stdio: "pipe",
      });
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)[1]);
    } catch {
      // It has ended in the meantime.
    }
  return Math.round(kilobytes / 1024);
}

const browser = await launch();
try {
  const context = await watched(browser);
  const { page } = await openFile({ newContext: async () => context });
  await page.evaluate(() => thoraxlite.ready);
  if (model !== undefined) {
    await page.locator(".model-chip").click();
    await page.locator("input.choose-model").setInputFiles(model);
    await page.locator(".models").getByText("your own file").waitFor();
    await page.keyboard.press("Escape");
  }
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
  const pid = processInfo.find(({ type }) => type === "browser").id;
  const started = performance.now();
  await page.locator("input.choose-folder").setInputFiles(folder);

  let done = 0;
  let base = null;
  for (let tenth = 1; tenth <= 10; ++tenth) {
    const wanted = Math.ceil((count * tenth) / 10);
    await page.waitForFunction(
      (wanted) =>
        parseInt(document.querySelector(".queue p")?.textContent.replace(/\D/, "")) >= wanted,
      wanted,
      { timeout: 0, polling: 500 },
    );
    done = wanted;
    const minutes = (performance.now() - started) / 60_000;
    const memory = megabytes(pid);
    base ??= memory;
    const workers = (await memoryOf(page)).map((bytes) => Math.round(bytes / 1e5) / 10);
    console.log(
      `${done} films, ${Math.round(done / minutes)} a minute, ${memory} MB; workers ${workers.join(", ")} MB`,
    );
    if (Math.max(...workers) > mostOfWorker) throw new Error("a worker has too much memory");
    if (memory > base + mostGrowth) throw new Error(`memory grew by ${memory - base} MB`);
  }
  await page.getByRole("combobox", { name: "Status" }).selectOption("Screened");
  const rows = (await page.getByRole("grid").getAttribute("aria-rowcount")) - 1;
  if (rows !== count) throw new Error(`${count - rows} films have no result`);
} finally {
  await browser.close();
}
