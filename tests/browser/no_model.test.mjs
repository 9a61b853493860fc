// A browser in which the model cannot be opened: the page says so, and gives no number.

import assert from "node:assert/strict";
import { test } from "node:test";
import { launch, openFile } from "./chromium.mjs";
import { dropFiles, read } from "./hands.mjs";
import { filmJpeg } from "./images.mjs";

test("without WebAssembly the page says that there is no model, and why", async () => {
  const browser = await launch(["--js-flags=--jitless"]); // as hardened browsers run
  try {
    const { page, requests } = await openFile(browser);
    await assert.rejects(
      page.evaluate(() => thoraxlite.ready),
      /WebAssembly/,
    );
    assert.match(await page.getByRole("alert").textContent(), /could not be opened: .*WebAssembly/);

    await dropFiles(page, [{ name: "film.jpg", bytes: filmJpeg }]);
    const film = await read(page, "film.jpg");
    await film.locator(".message").waitFor();
    assert.match(await film.locator(".message").textContent(), /no model to score with: .*WebAss/);
    assert.equal(await film.locator(".finding").count(), 0);
    assert.deepEqual(requests, [page.url()]);
  } finally {
    await browser.close();
  }
});
