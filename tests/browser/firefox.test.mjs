// The page in Firefox, over WebDriver BiDi, which Playwright cannot drive Debian's Firefox by.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, test } from "node:test";
import puppeteer from "puppeteer-core";
import { attempts, beyondPolicy } from "./attempts.mjs";
import { root, singleFile } from "./chromium.mjs";
import { badFiles, discPng, filmJpeg, filmPng16 } from "./images.mjs";
import { listen } from "./listener.mjs";
import { withLungs } from "./lung_network.mjs";
import { readModel, writeModel } from "./model_file.mjs";

const executablePath = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
const address = pathToFileURL(singleFile).href;

const launch = (extraPrefsFirefox = {}) =>
  puppeteer.launch({ browser: "firefox", executablePath, headless: true, extraPrefsFirefox });

// Not every Firefox starts everywhere: a sandbox may forbid it what it needs.
let browser;
async function whyNot() {
  if (!existsSync(executablePath)) return `there is no ${executablePath}`;
  try {
    browser = await launch();
    return false;
  } catch (error) {
    return `Firefox does not start: ${error.message.split("\n")[0]}`;
  }
}

describe("the page in Firefox", { skip: await whyNot() }, () => {
  let listener;
  before(async () => (listener = await listen()));
  after(async () => {
    await browser.close();
    listener.close();
  });

  async function open() {
    const page = await browser.newPage();
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await page.goto(address);
    await page.evaluate(() => thoraxlite.ready);
    return { page, complaints };
  }

  test("films are screened from file://, and a bad file gives its reason", async () => {
    const { page, complaints } = await open();
    const truncated = badFiles.find(({ name }) => name === "truncated.jpg");
    const files = [
      { name: "film.jpg", bytes: filmJpeg },
      { name: "film16.png", bytes: filmPng16 },
      truncated,
    ];
    const screenings = await page.evaluate(
      (files) =>
        Promise.all(
          files.map(({ name, base64 }) =>
            thoraxlite.screen(
              Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
              name,
            ),
          ),
        ),
      files.map(({ name, bytes }) => ({ name, base64: bytes.toString("base64") })),
    );
    assert.deepEqual(
      screenings.map(({ file, status }) => [file, status]),
      [
        ["film.jpg", "ok"],
        ["film16.png", "ok"],
        ["truncated.jpg", "error"],
      ],
    );
    const { labels } = await page.evaluate(async () => (await thoraxlite.ready).model);
    for (const { findings } of screenings.slice(0, 2)) {
      assert.deepEqual(
        findings.map(({ label }) => label),
        labels,
      );
      for (const { score } of findings) assert.ok(score >= 0 && score <= 1);
    }
    assert.match(screenings[2].message, truncated.says);
    await page.waitForSelector("[role=row][data-status=ok]");
    assert.deepEqual(complaints, []);
    await page.close();
  });

  test("lungs are found, and their share of the evidence; where there are none it says so", async () => {
    const { page, complaints } = await open();
    const model = readModel(readFileSync(resolve(root, "weights/covid-paper.safetensors")));
    model.card.novelty.threshold = 1e6;
    const [film, disc] = await page.evaluate(
      async (...files) => {
        const [model, ...films] = files.map((base64) =>
          Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
        );
        await thoraxlite.openModel(model);
        return Promise.all(films.map((film, i) => thoraxlite.screen(film, `lungs-${i}`)));
      },
      ...[writeModel(withLungs(model)), filmJpeg, discPng].map((file) => file.toString("base64")),
    );
    assert.equal(film.status, "ok");
    for (const { evidence_inside_lungs: share } of film.findings)
      assert.ok(share > 0 && share < 1, String(share));
    assert.equal(disc.refusal.type, "no_lungs");
    await page.evaluate(() => document.activeElement.blur());
    await page.waitForSelector(".film-view[data-drawn=true]");
    await page.keyboard.press("l");
    await page.waitForSelector(".outline-layer path");
    assert.deepEqual(complaints, []);
    await page.close();
  });

  test("the page speaks German to a German browser", async () => {
    const german = await launch({ "intl.accept_languages": "de-DE, de" });
    try {
      const page = await german.newPage();
      await page.goto(address);
      await page.waitForSelector("html[lang=de]");
      assert.match(await page.evaluate(() => document.body.textContent), /Forschungssoftware/);
    } finally {
      await german.close();
    }
  });

  // One page for all, as in attempts.test.mjs. Firefox has no fetchLater, and its worker does not take
  // scripts from here.
  describe("nothing is carried out", () => {
    let page;
    before(async () => {
      ({ page } = await open());
      await page.evaluate(() => (window.stayed = true));
    });
    for (const [name, attempt] of Object.entries({ ...attempts, ...beyondPolicy }))
      test(name, async () => {
        listener.forget();
        const failed = await Promise.race([
          page.evaluate(attempt, listener.address).then(
            () => false,
            () => true,
          ),
          // Firefox tells a script of some refusals only on the console.
          new Promise((resolve) => setTimeout(() => resolve(true), 3000)),
        ]);
        assert.ok(failed, "the attempt itself fails");
        await new Promise((resolve) => setTimeout(resolve, 200));
        assert.equal(listener.received(), "", "something was sent");
        assert.ok(await page.evaluate(() => window.stayed), "the page was left");
      });
  });
});
