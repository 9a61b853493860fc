// A per cent sign on the page is a share with a count behind it, or one of a few that are no result at
// all. Every text of every state is looked at.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, openFile, root } from "./chromium.mjs";
import { dropFiles, read, row } from "./hands.mjs";
import { readModel, writeModel } from "./model_file.mjs";
import { badFiles, blankPng, filmJpeg, filmPng } from "./images.mjs";

// By the element that holds the text, and what stands in it.
const allowed = [
  [".finding-detail dd", /^[\d.]+% \([\d.]+% to [\d.]+%\), [\d,]+ of [\d,]+ films$/], // of test films
  [".finding-detail dd[data-value]", /^[\d.]+% \([\d.]+% to [\d.]+%\)$/], // by Bayes, of those
  [".prevalence", /^%$|^From 0\.1% to 90%\.$/], // what a person says
  // What operating points are called; their figures stand beside each finding.
  [".operating-point option", /^Sensitivity of 9[05]%(, children left out)?$/],
  [".film-strip [data-zoom]", /^Zoom [\d.,]+%$/],
  [".report td", /^[\d.]+% \([\d.]+% to [\d.]+%\), [\d,]+ of [\d,]+ films$/],
  // The model's card: shares of films whose number stands in the same row or sentence; and the word
  // "95%" of intervals.
  [".model-card", /./],
];

describe("per cent", () => {
  let browser, opened, page;
  before(async () => {
    browser = await launch();
    opened = await openFile(browser, undefined, { viewport: { width: 1440, height: 900 } });
    page = opened.page;
    await page.evaluate(() => thoraxlite.ready);
  });
  after(() => browser.close());

  // Every text node, every label and title that holds a "%" and stands on no line of the list.
  const unlisted = () =>
    page.evaluate(
      (allowed) => {
        const texts = [];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const { parentElement: element, data } = walker.currentNode;
          if (element.closest("script, style, noscript, pre")) continue;
          if (data.includes("%")) texts.push([element, data.trim()]);
        }
        for (const element of document.querySelectorAll("[aria-label], [title], [aria-valuetext]"))
          for (const name of ["aria-label", "title", "aria-valuetext"]) {
            const text = element.getAttribute(name) ?? "";
            // How much a map covers the film, how large the film is, what a person says.
            const isOfControl =
              element.matches("input[type=range], .film-view > canvas") && !/score/i.test(text);
            if (text.includes("%") && !isOfControl) texts.push([element, text]);
          }
        return texts
          .filter(
            ([element, text]) =>
              !allowed.some(
                ([place, pattern]) =>
                  element.closest(place) !== null && new RegExp(pattern).test(text),
              ),
          )
          .map(([element, text]) => `${element.className || element.tagName}: ${text}`);
      },
      allowed.map(([place, pattern]) => [place, pattern.source]),
    );
  const assertListed = async (state) => assert.deepEqual(await unlisted(), [], state);
  // It would refuse drawn films; here it does not.
  const openNih14 = () => {
    const model = readModel(readFileSync(resolve(root, "weights/nih14.safetensors")));
    model.card.novelty.threshold = 1e6;
    return page.evaluate(
      (bytes) =>
        thoraxlite.openModel(Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))),
      writeModel(model).toString("base64"),
    );
  };

  test("the list itself is not a hole", async () => {
    await page.evaluate(() => {
      const p = document.createElement("p");
      p.id = "hole";
      p.textContent = "covid 89.3%";
      document.querySelector("main").append(p);
    });
    assert.equal((await unlisted()).length, 1);
    await page.evaluate(() => document.getElementById("hole").remove());
  });

  test("in every state, by two models", async () => {
    await assertListed("empty");
    await dropFiles(page, [
      { name: "film.jpg", bytes: filmJpeg },
      { name: "film.png", bytes: filmPng },
      { name: "blank.png", bytes: blankPng },
      ...badFiles,
    ]);
    await row(page, badFiles.at(-1).name).and(page.locator("[data-status=error]")).waitFor();
    await assertListed("a list");
    const pane = await read(page, "film.jpg");
    for (const head of await pane.locator(".finding-head").all()) {
      if ((await head.getAttribute("aria-expanded")) === "false") await head.click();
      await pane.locator(".finding-detail").waitFor();
      const prevalence = pane.getByLabel("Prevalence in percent");
      if ((await prevalence.count()) > 0) {
        await prevalence.fill("200");
        await prevalence.blur();
      }
      await assertListed(`the finding ${await head.textContent()}`);
    }
    await openNih14();
    await pane.getByRole("button", { name: "Score again with nih14" }).click();
    await pane.locator(".result").nth(1).waitFor();
    for (const details of await pane.locator("details").all())
      await details.evaluate((element) => (element.open = true));
    for (const head of await pane.locator(".result").nth(1).locator(".finding-head").all()) {
      if ((await head.getAttribute("aria-expanded")) === "false") await head.click();
      await assertListed(`the finding ${await head.textContent()} of another model`);
    }
    await page.getByRole("button", { name: "Table only" }).click();
    await assertListed("the table");
    await page.getByRole("button", { name: "Table only" }).click();
    await read(page, "blank.png");
    await assertListed("a refusal");
    await page.getByRole("button", { name: "Show scores anyway" }).click();
    await page.locator(".findings-pane .finding").first().waitFor();
    await assertListed("shown anyway");
    await read(page, badFiles[0].name);
    await assertListed("an error");
    await read(page, "film.jpg");
    await page.getByRole("button", { name: "Print a report" }).click();
    await page.locator(".report").waitFor({ state: "attached" });
    await assertListed("a report");
    await page.keyboard.press("Escape");
    for (const name of ["Settings", "Verify it yourself", "Help and keys"]) {
      await page.getByRole("button", { name, exact: true }).first().click();
      await page.getByRole("dialog").waitFor();
      await assertListed(name);
      await page.keyboard.press("Escape");
    }
  });
});
