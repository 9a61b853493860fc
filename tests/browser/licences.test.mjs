// The notice of everything that is bundled into the page is in LICENSES.txt, and in the page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { dist, launch, openFile, root } from "./chromium.mjs";
import { version } from "./version.mjs";
import { packageNotices } from "../../tools/licences/licences.mjs";

const web = resolve(root, "web");
const { build } = await import(createRequire(resolve(web, "package.json")).resolve("rolldown"));
const text = readFileSync(resolve(dist, "LICENSES.txt"), "utf8");

// The page's four scripts, bundled here once more: what they hold, whoever wrote it down.
async function modulesOf(entry) {
  const { output } = await build({
    input: resolve(web, "src", entry),
    write: false,
    platform: "browser",
    tsconfig: false,
    external: (id) => /^(source:|thoraxlite-(core|dicom))|\.css$|^(fs|path|crypto|zlib)$/.test(id),
    moduleTypes: { ".css": "empty" },
    transform: { jsx: { runtime: "automatic", importSource: "preact" } },
    output: { format: "es" },
  });
  return output.flatMap(({ modules = {} }) =>
    Object.entries(modules).flatMap(([id, { renderedLength }]) =>
      renderedLength > 0 && id.includes("/node_modules/") ? [id.replace(/^\0|\?.*$/g, "")] : [],
    ),
  );
}

describe("licences", () => {
  let modules;
  before(async () => {
    const entries = [
      "main.tsx",
      "screening/worker.ts",
      "dicom/worker.ts",
      "network/service_worker.ts",
    ];
    modules = await Promise.all(entries.map(modulesOf));
    for (const [i, found] of modules.entries()) assert.ok(found.length > 0, entries[i]);
  });

  test("every bundled package is named with its version and its text", () => {
    const folders = new Set(
      modules.flat().map((id) => id.match(/^.*\/node_modules\/(@[^/]+\/)?[^/]+/)[0]),
    );
    assert.ok(folders.size > 10, `${folders.size} packages`);
    for (const folder of folders)
      for (const notice of packageNotices(folder)) {
        assert.ok(text.includes(`\n${notice.name} (${notice.licence})\n`), notice.name);
        assert.ok(text.includes(notice.text.trim()), `${notice.name}: its text`);
      }
  });

  // What a package took from elsewhere says so in a comment.
  test("so is every owner whom a bundled file names", () => {
    const owners = modules.flat().flatMap((id) =>
      readFileSync(id, "utf8")
        .split("\n")
        .filter((line) => /copyright (\(c\)|©)? ?\d{4}/i.test(line) && line.length < 200)
        .map((line) => line.replace(/^[\s/*!]+|[\s*/]+$/g, "")),
    );
    for (const owner of owners) assert.ok(text.includes(owner), owner);
  });

  test("a package without a licence's text ends the build", () => {
    assert.throws(() => packageNotices(resolve(root, "tests/browser")), /no licence's text/);
  });

  describe("in the page", () => {
    let browser, opened, page;
    before(async () => {
      browser = await launch();
      opened = await openFile(browser);
      page = opened.page;
      await page.evaluate(() => thoraxlite.ready);
    });
    after(async () => {
      const [complaints, requests] = [opened.complaints, opened.requests.slice(1)];
      await browser.close();
      assert.deepEqual([...complaints, ...requests], []);
    });

    test("About says the version and the same text, by keys alone", async () => {
      const button = page.getByRole("button", { name: "About" });
      await button.focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", { name: "About ThoraxLite" });
      assert.equal(await dialog.locator(".version").textContent(), version);
      await dialog.getByRole("heading", { name: "What it is not for" }).waitFor();
      await dialog.locator("summary").focus();
      await page.keyboard.press("Enter");
      const shown = dialog.getByRole("region", { name: "The licences" });
      assert.equal(await shown.textContent(), text);
      await page.keyboard.press("Tab");
      assert.ok(await shown.evaluate((element) => element === document.activeElement));
      const before = await shown.evaluate((element) => element.scrollTop);
      await page.keyboard.press("PageDown");
      await page.waitForFunction((top) => document.activeElement.scrollTop > top, before);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      assert.ok(await button.evaluate((element) => element === document.activeElement));
    });

    test("it is German for Germans, and fits a phone", async () => {
      const phone = { locale: "de-DE", viewport: { width: 390, height: 844 } };
      const { page, context } = await openFile(browser, undefined, phone);
      await page.getByRole("button", { name: "Über" }).click();
      const dialog = page.getByRole("dialog", { name: "Über ThoraxLite" });
      await dialog.getByText("Kein Medizinprodukt und nicht für die Versorgung:").waitFor();
      await dialog.locator("summary").click();
      await dialog.getByRole("region", { name: "Die Lizenzen" }).waitFor();
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 390, `the page is ${width} wide`);
      await context.close();
    });
  });
});
