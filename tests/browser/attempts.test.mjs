// Nothing can be carried out of the page: whatever a script in it tries, not one byte is sent.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, test } from "node:test";
import { attempts, beyondPolicy, inWorker } from "./attempts.mjs";
import { launch, singleFile } from "./chromium.mjs";
import { listen } from "./listener.mjs";
import { serveSite } from "./site.mjs";
import { temporaryFolder } from "./temporary.mjs";

describe("uploads from the page", () => {
  let browser, site, listener, address;
  before(async () => {
    listener = await listen();
    address = listener.address;
    site = await serveSite();
    // Chromium's own guard of local addresses must not be what keeps the page from the listener.
    browser = await launch(["--disable-features=LocalNetworkAccessChecks"]);
  });
  after(async () => {
    await browser.close();
    listener.close();
    site.close();
  });

  async function assertBlocked(page, where, attempt) {
    listener.forget();
    await assert.rejects(where.evaluate(attempt, address), "the attempt itself fails");
    await page.waitForTimeout(100); // for what a browser does on its own time
    assert.equal(listener.received(), "", "something was sent");
    assert.ok(await page.evaluate(() => window.stayed), "the page was left");
  }

  // Opened anew for each, so that nothing arrives from the one before.
  async function assertReaches(page, file, attempt) {
    await page.goto(pathToFileURL(file).href);
    listener.forget();
    const arrived = once(listener.server, "received", { signal: AbortSignal.timeout(20_000) });
    page.evaluate(attempt, address).catch(() => {});
    await arrived;
    assert.notEqual(listener.received(), "");
  }

  // Without its policy the page could do all of this, so it is the policy that prevents it.
  describe("the page without its policy", () => {
    const bare = resolve(temporaryFolder(), "bare.html");
    let page;
    before(async () => {
      const html = readFileSync(singleFile, "utf8");
      const without = html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "");
      assert.notEqual(without, html);
      writeFileSync(bare, without);
      page = await browser.newPage();
    });
    after(() => page.close());
    // A form's post is a navigation, which the lockdown closes too.
    const impossibleAnyway = ["worker from an address", "base address", "fetchLater", "form post"];
    for (const [name, attempt] of Object.entries(attempts))
      if (!impossibleAnyway.includes(name))
        test(`${name} reaches the listener`, () => assertReaches(page, bare, attempt));
  });

  describe("a page without policy and lockdown", () => {
    const plain = resolve(temporaryFolder(), "plain.html");
    before(() => writeFileSync(plain, "<!doctype html><title>plain</title>"));
    // Chromium opens no window that nobody clicked for.
    const impossibleAnyway = ["a new window"];
    const leaving = { ...beyondPolicy, "form post": attempts["form post"] };
    for (const [name, attempt] of Object.entries(leaving))
      if (!impossibleAnyway.includes(name))
        test(`${name} reaches the listener`, async () => {
          const page = await browser.newPage(); // which it may leave
          await assertReaches(page, plain, attempt);
          await page.close();
        });
  });

  // One page for all: were it not held, none would be left for those that follow.
  for (const shape of ["single file", "site"])
    describe(shape, () => {
      let page, worker;
      before(async () => {
        page = await browser.newPage();
        await page.goto(
          shape === "site" ? `http://127.0.0.1:${site.port}/` : pathToFileURL(singleFile).href,
        );
        await page.evaluate(() => thoraxlite.ready);
        [worker] = page.workers();
        await page.evaluate(() => (window.stayed = true));
      });
      for (const [name, attempt] of Object.entries({ ...attempts, ...beyondPolicy }))
        test(name, () => assertBlocked(page, page, attempt));
      for (const [name, attempt] of Object.entries(inWorker))
        test(`${name}, from the worker`, () => assertBlocked(page, worker, attempt));
    });
});
