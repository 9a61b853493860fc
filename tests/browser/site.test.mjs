// The page as static files, over http.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { isSlowDrawing, launch } from "./chromium.mjs";
import { dropFiles, read } from "./hands.mjs";
import { badFiles, filmJpeg } from "./images.mjs";
import { serveSite } from "./site.mjs";

describe("the site", () => {
  let site, browser;
  before(async () => {
    site = await serveSite();
    browser = await launch(["--host-resolver-rules=MAP plain.test 127.0.0.1"]);
  });
  after(async () => {
    await browser.close();
    site.close();
  });

  // Browsers trust 127.0.0.1 as they trust https; to other plain addresses they deny crypto.subtle
  // and the clipboard.
  for (const [host, secure] of [
    ["127.0.0.1", true],
    ["plain.test", false],
  ])
    test(`works from http://${host} and asks for its own files only`, async () => {
      const context = await browser.newContext();
      const page = await context.newPage();
      const complaints = [];
      page.on("console", (message) => {
        if (!isSlowDrawing(message)) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(String(error)));
      site.asked.length = 0;
      await page.goto(`http://${host}:${site.port}/`);
      assert.equal(await page.evaluate(() => isSecureContext), secure);
      const { model } = await page.evaluate(() => thoraxlite.ready);
      assert.match(model.sha256, /^[0-9a-f]{64}$/);

      const bad = badFiles.find(({ name }) => name === "truncated.jpg");
      await dropFiles(page, [bad, { name: "film.jpg", bytes: filmJpeg }]);
      const film = await read(page, "film.jpg");
      await film.locator(".finding").first().waitFor();
      assert.equal(await film.locator(".finding").count(), model.labels.length);
      assert.equal(await film.getByRole("button", { name: "Copy" }).count(), secure ? 1 : 0);
      const failed = await read(page, bad.name);
      assert.match(await failed.locator(".message").textContent(), bad.says);

      assert.deepEqual(complaints, []);
      assert.equal(site.asked[0], "/");
      for (const path of site.asked.slice(1)) assert.match(path, /^\/assets\/[\w-]+\.(js|css)$/);
      await context.close();
    });
});
