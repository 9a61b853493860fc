// What a person does with the page, from file://: drop, choose, paste. keyboard.test.mjs does it by
// keys alone.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { badFiles, filmJpeg, filmPng, filmPng16 } from "./images.mjs";
import { launch, openFile, root } from "./chromium.mjs";
import { clearList, drawn, dropFiles, pastePng, read, row } from "./hands.mjs";
import { version } from "./version.mjs";

const samples = resolve(root, "../shared/data/samples");

describe("the page from file://", () => {
  // One page for all, as a person has it: the list is cleared between.
  let browser, opened, page;
  before(async () => {
    browser = await launch();
    opened = await openFile(browser);
    page = opened.page;
    await page.evaluate(() => thoraxlite.ready);
  });
  after(() => browser.close());

  beforeEach(() => clearList(page));
  afterEach(() => {
    assert.deepEqual(opened.requests, [page.url()], "the page itself is the only request");
    assert.deepEqual(opened.complaints, [], "nothing in the console");
  });

  async function assertFindings(name) {
    await row(page, name).and(page.locator("[data-status=ok]")).waitFor();
    const film = await read(page, name);
    await film.locator(".finding .label").first().waitFor(); // drawn a moment after the film's name
    const labels = await film.locator(".finding .label").allTextContents();
    assert.deepEqual(labels.toSorted(), ["COVID-19", "None of these patterns", "Pneumonia"]);
    assert.equal(labels.at(-1), "None of these patterns", "what is no finding stands last");
    for (const finding of await film.locator(".finding").all()) {
      const isLast = (await finding.locator(".label").textContent()) === labels.at(-1);
      assert.match(await finding.locator(".score").textContent(), /^[<>]? ?\d+\.\d$/);
      assert.match(
        await finding.locator(".side").textContent(),
        isLast ? /^$/ : /^(above|below|near)$/,
      );
    }
  }

  test("a dropped film is shown with its findings, its picture and the page's clock", async () => {
    await dropFiles(page, [{ name: "phantom.jpg", bytes: filmJpeg }]);
    await assertFindings("phantom.jpg");
    await drawn(page);
    await page.getByRole("button", { name: "Verify it yourself" }).click();
    assert.match(await page.locator(".clock").textContent(), /First result after \d/);
    await page.keyboard.press("Escape");
  });

  test("what is dragged over the page is announced and forgotten when it leaves", async () => {
    const film = [{ name: "film.jpg", bytes: filmJpeg }];
    const invitation = page.getByText("Let go to screen the films");
    await dropFiles(page, film, ["dragEnter", "dragOver"]);
    await invitation.waitFor();
    // Headless Chromium does not tell the page of a drag that ends elsewhere.
    await page.evaluate(() => dispatchEvent(new DragEvent("dragleave")));
    await invitation.waitFor({ state: "detached" });
    assert.equal(await page.locator(".film-row").count(), 0);
  });

  test("several chosen films stand in the order in which they were given", async () => {
    await page.locator("input.choose-files").setInputFiles([
      { name: "a.jpg", mimeType: "image/jpeg", buffer: filmJpeg },
      { name: "b.png", mimeType: "image/png", buffer: filmPng },
      { name: "c.png", mimeType: "image/png", buffer: filmPng16 },
    ]);
    for (const name of ["a.jpg", "b.png", "c.png"]) await assertFindings(name);
    assert.deepEqual(await page.locator(".row-name").allTextContents(), [
      "a.jpg",
      "b.png",
      "c.png",
    ]);
    assert.match(await page.locator(".worklist").textContent(), /3 of 3 done/);
  });

  test("a pasted film is screened", async () => {
    await pastePng(page, filmPng);
    await assertFindings("image.png");
  });

  test("the built-in sample is screened", async () => {
    await page.getByRole("button", { name: "built-in sample" }).click();
    await assertFindings("drawn-phantom.jpg");
  });

  test("real films are screened", { skip: !existsSync(samples) && `no ${samples}` }, async () => {
    const names = readdirSync(samples).filter((name) => /\.(png|jpe?g)$/.test(name));
    await dropFiles(
      page,
      names.map((name) => ({ name, bytes: readFileSync(resolve(samples, name)) })),
    );
    // Some films out of publications are refused (weights/covid.md); the others are screened.
    const refused = [];
    for (const name of names) {
      await row(page, name).and(page.locator(":not([data-status=waiting])")).waitFor();
      if ((await row(page, name).getAttribute("data-status")) === "refused") refused.push(name);
      else await assertFindings(name);
    }
    assert.ok(refused.length <= names.length / 5, `refused are ${refused}`);
  });

  test("a copied result carries the notice and every key", async () => {
    await opened.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const screening = await page.evaluate(
      (bytes) => thoraxlite.screen(new Uint8Array(bytes), "copy.jpg"),
      [...filmJpeg],
    );
    const film = await read(page, "copy.jpg");
    await film.getByRole("button", { name: "Copy as JSON" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const { notice, ...rest } = JSON.parse(
      await page.evaluate(() => navigator.clipboard.readText()),
    );
    assert.match(notice, /Not a medical device/);
    assert.deepEqual(rest, screening);
    assert.equal(screening.version, version);
  });

  test("the research-use notice stays in sight", async () => {
    await dropFiles(
      page,
      [..."abcdef"].map((name) => ({ name: `${name}.jpg`, bytes: filmJpeg })),
    );
    await assertFindings("f.jpg");
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    const { y } = await page.getByText("Research software, not a medical device.").boundingBox();
    assert.ok(y >= 0 && y < 120, `the notice stands at ${y}`);
  });

  describe("a file that cannot be read", () => {
    for (const { name, bytes, says } of badFiles) {
      test(`${name} gives its reason, no number, and the next film is screened`, async () => {
        await dropFiles(page, [
          { name, bytes },
          { name: "good.jpg", bytes: filmJpeg },
        ]);
        const film = await read(page, name);
        await film.locator(".message").waitFor();
        assert.match(await film.locator(".message").textContent(), says);
        const status = await film.getAttribute("data-status");
        assert.notEqual(status, "ok");
        if (status === "error")
          assert.equal(await page.locator(".film-view[data-drawn=true]").count(), 0);
        assert.equal(await film.locator(".finding").count(), 0);
        await assertFindings("good.jpg");
      });
    }
  });
});
