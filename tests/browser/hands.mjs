// What hands do, by the browser's own input events.

import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { temporaryFolder } from "./temporary.mjs";

// The film's row in the worklist.
export const row = (page, name) =>
  page.getByRole("row").filter({ has: page.getByText(name, { exact: true }) });

// Looks at the film, once it has a result; gives the pane of its findings.
export async function read(page, name) {
  await row(page, name).and(page.locator(":not([data-status=waiting])")).click();
  await page.locator("#film-name").getByText(name, { exact: true }).waitFor();
  return page.locator(".findings-pane");
}

// Takes every film from the list, as for a page that was just opened.
export async function clearList(page) {
  const button = page.getByRole("button", { name: "Clear the list" });
  if ((await button.count()) === 0) return;
  await button.click();
  await page.getByRole("button", { name: "built-in sample" }).waitFor();
}

// The same in a table of which not all rows are in sight.
export async function find(page, name) {
  const search = page.getByRole("searchbox");
  await search.fill(name);
  const pane = await read(page, name);
  await search.fill("");
  return pane;
}

// The film's picture is there.
export const drawn = (page) => page.locator(".film-view[data-drawn=true]").waitFor();

// Waits until what `read` gives, now or later, is true. (Playwright's own waitForFunction takes a
// promise for true.)
export async function until(read) {
  for (const end = Date.now() + 30_000; !(await read());)
    if (Date.now() > end) throw new Error(`not so after 30 seconds: ${read}`);
}

// Drags files of the disk onto the page, and lets go unless told otherwise.
export async function dropFiles(page, files, types = ["dragEnter", "dragOver", "drop"]) {
  const folder = temporaryFolder();
  const paths = files.map(({ name, bytes }) => {
    writeFileSync(resolve(folder, name), bytes);
    return resolve(folder, name);
  });
  await dropPaths(page, paths, types);
}

// The same with what lies on the disk already, folders too.
export async function dropPaths(page, paths, types = ["dragEnter", "dragOver", "drop"]) {
  const devtools = await page.context().newCDPSession(page);
  for (const type of types)
    await devtools.send("Input.dispatchDragEvent", {
      type,
      x: 200,
      y: 200,
      data: { items: [], files: paths, dragOperationsMask: 1 },
    });
  await devtools.detach();
}

// Copies an image and presses Ctrl+V.
export async function pastePng(page, png) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    await navigator.clipboard.write([
      new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) }),
    ]);
  }, png.toString("base64"));
  await page.keyboard.press("Control+V");
}
