// The page as static files, over http.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { isSlowDrawing, launch, root } from "./chromium.mjs";
import { dropFiles, read } from "./hands.mjs";
import { badFiles, filmJpeg } from "./images.mjs";
import { readModel, withNorm } from "./model_file.mjs";
import { serveSite } from "./site.mjs";
import { version } from "./version.mjs";

const ownFiles =
  /^\/(assets\/[\w-]+\.(js|css)|index\.html|LICENSES\.txt|manifest\.webmanifest|service-worker\.js)(\?__WB_REVISION__=\w+)?$/;

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
      const { model, module } = await page.evaluate(() => thoraxlite.ready);
      assert.match(model.sha256, /^[0-9a-f]{64}$/);
      assert.equal(module, "thoraxlite-relaxed", "this browser has relaxed SIMD");

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
      for (const path of site.asked.slice(1)) assert.match(path, ownFiles);
      await context.close();
    });

  test("offers the small models of weights/ but those by a paper's protocol, and opens each", async () => {
    const small = readdirSync(resolve(root, "weights"))
      .filter((name) => name.endsWith(".safetensors") && !name.includes("-paper"))
      .map((name) => ({ name, bytes: readFileSync(resolve(root, "weights", name)) }))
      .filter(({ bytes }) => bytes.length < 1_000_000)
      // Not a lung network alone.
      .filter(({ bytes }) => readModel(bytes).metadata.format === "thoraxlite.student.v1");
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${site.port}/`);
    await page.evaluate(() => thoraxlite.ready);
    await page.locator(".model-chip").click();
    const radios = page.locator(".models").getByRole("radio");
    assert.equal(await radios.count(), small.length);
    for (const { name, bytes } of small) {
      const stem = name.replace(".safetensors", "");
      await page.getByRole("radio", { name: new RegExp(`^${stem} ?[0-9a-f]{8}$`) }).click();
      const { card } = readModel(bytes);
      await page
        .getByRole("heading", { name: `Model card of ${card.name}`, exact: true })
        .waitFor();
    }
    await context.close();
  });

  test("runs what the small build refuses with relaxed SIMD too, to the same scores", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${site.port}/`);
    const scores = () =>
      page.evaluate(async (base64) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        return (await thoraxlite.screen(bytes, "same.jpg")).findings.map(({ score }) => score);
      }, filmJpeg.toString("base64"));
    const expected = await scores();
    const model = readModel(readFileSync(resolve(root, "weights/covid.safetensors")));
    await dropFiles(page, [{ name: "norm.safetensors", bytes: withNorm(model, "with-norm") }]);
    await page.getByRole("heading", { name: "Model card of with-norm" }).waitFor();
    assert.match(
      await page.locator(".model-card").textContent(),
      /xnnpack \(thoraxlite-xnnpack-relaxed\)/,
    );
    (await scores()).forEach((score, i) => assert.ok(Math.abs(score - expected[i]) < 1e-4));
    await context.close();
  });

  describe("once visited", () => {
    let served, isNewer, page, context;
    const home = () => `http://127.0.0.1:${served.port}/`;

    before(async () => {
      isNewer = false;
      served = await serveSite((path, body) =>
        // The newer one says so itself; its page, which the test does not see, would too.
        path === "/service-worker.js" && isNewer
          ? String(body).replaceAll(version, "9.9.9 (newer)")
          : body,
      );
      context = await browser.newContext();
      page = await context.newPage();
      await page.goto(home());
      await page.evaluate(() => navigator.serviceWorker.ready);
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    });
    after(async () => {
      await context.close();
      served.close();
    });

    test("it can be installed", async () => {
      const devtools = await context.newCDPSession(page);
      const { errors, data } = await devtools.send("Page.getAppManifest");
      assert.deepEqual(errors, []);
      assert.equal(JSON.parse(data).name, "ThoraxLite");
      const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
      // A context of its own counts as incognito, where nothing is installed.
      assert.deepEqual(
        installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito"),
        [],
      );
    });

    test("it is isolated, and its policy stands in a header", async () => {
      const response = await page.reload();
      assert.equal(await page.evaluate(() => crossOriginIsolated), true);
      const policy = response.headers()["content-security-policy"];
      assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/);
      const inPage = await page.locator("meta[http-equiv]").first().getAttribute("content");
      assert.ok(policy.startsWith(inPage), "the header says what the page says");
    });

    test("nothing that a script names reaches the host", async () => {
      served.asked.length = 0;
      await page.evaluate(async () => {
        const link = document.createElement("link");
        Object.assign(link, { rel: "stylesheet", href: "/style.css?film" });
        document.head.append(link);
        await new Promise((resolve) => (link.onerror = resolve));
      });
      assert.deepEqual(
        served.asked.filter((path) => path.includes("film")),
        [],
      );
    });

    test("it says when a newer version is ready, and takes it on a click", async () => {
      isNewer = true;
      await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
      await page.getByText(`It is 9.9.9 (newer); this page is ${version}.`).waitFor();
      // Results that are saved nowhere are not lost by that click alone.
      await dropFiles(page, [{ name: "unsaved.jpg", bytes: filmJpeg }]);
      await (await read(page, "unsaved.jpg")).locator(".finding").first().waitFor();
      await page.getByRole("button", { name: "Reload with it" }).click();
      await page.getByText("saved nowhere else").waitFor();
      await page.getByRole("button", { name: "Stay" }).click();
      await (await read(page, "unsaved.jpg")).locator(".finding").first().waitFor();
      await page.getByRole("button", { name: "Reload with it" }).click();
      const loaded = page.waitForEvent("load");
      await page.getByRole("button", { name: "Reload and lose them" }).click();
      await loaded;
      await page.evaluate(() => thoraxlite.ready);
      assert.equal(await page.getByText("A new version").count(), 0);
    });

    test("it opens and works without its server", async () => {
      served.close();
      await page.goto(`${home()}LICENSES.txt`);
      assert.match(
        await page.locator("body").innerText(),
        /^ThoraxLite is under the Apache License/,
      );
      await page.goto(home());
      const { model } = await page.evaluate(() => thoraxlite.ready);
      await dropFiles(page, [{ name: "film.jpg", bytes: filmJpeg }]);
      const film = await read(page, "film.jpg");
      assert.equal(await film.locator(".finding").count(), model.labels.length);
    });
  });
});
