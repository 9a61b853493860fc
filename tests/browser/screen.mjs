// node screen.mjs PAGE FILE...: opens the page from disk in a headless Chromium, without a network,
// screens each file by thoraxlite.screen() and prints its JSON, one line a file.
// Exit status: 0 all read, 3 some failed, 2 usage.

import { existsSync } from "node:fs";
import { launch, openFile } from "./chromium.mjs";
import { screenInPage } from "./screen_in_page.mjs";

const [file, ...images] = process.argv.slice(2);
const missing = [file, ...images].find((path) => path !== undefined && !existsSync(path));
if (images.length === 0 || missing !== undefined) {
  console.error(
    missing === undefined ? "usage: node screen.mjs PAGE FILE..." : `no file ${missing}`,
  );
  process.exit(2);
}

const browser = await launch();
try {
  const { page, requests, complaints } = await openFile(browser, file);
  for (const image of images) {
    const screening = await screenInPage(page, image);
    if (screening.status !== "ok") process.exitCode = 3;
    console.log(JSON.stringify(screening));
  }
  const unexpected = [...requests.slice(1), ...complaints];
  if (unexpected.length > 0) throw new Error(`the page was not silent: ${unexpected.join("; ")}`);
} finally {
  await browser.close();
}
