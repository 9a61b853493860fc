// One open page, and the next: what is spoken, what is held of films, what is kept and what goes.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { launch, openFile } from "./chromium.mjs";
import { clearList, drawn, dropFiles, find, read, row, until } from "./hands.mjs";
import { blankPng, filmJpeg, writeGrey } from "./images.mjs";

// Small, and refused, so that many take no time.
const dot = writeGrey(40, 40, (x, y) => 5 * x + y);
const letter = Buffer.from("a letter, not a film");

// Screens the bytes under each name, all at once; gives the screenings.
const screen = (page, bytes, names) =>
  page.evaluate(
    ([base64, names]) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      return Promise.all(names.map((name) => thoraxlite.screen(bytes, name)));
    },
    [bytes.toString("base64"), names],
  );
const numbered = (count, stem) => Array.from({ length: count }, (_, i) => `${stem}-${i}`);
const shown = (page) => page.locator(".row-name").allTextContents();

describe("an open page", () => {
  let browser, page;
  before(async () => {
    browser = await launch();
    ({ page } = await openFile(browser));
    await page.evaluate(() => thoraxlite.ready);
    // Every text that a screen reader gets.
    await page.evaluate(() => {
      window.spoken = [];
      const region = document.querySelector("p.unseen[role=status]");
      new MutationObserver(() => window.spoken.push(region.textContent)).observe(region, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
  });
  after(() => browser.close());
  beforeEach(async () => {
    await clearList(page);
    await page.evaluate(() => (window.spoken = []));
  });

  test("of five films each is spoken, of six and more the tenths", async () => {
    for (const name of numbered(5, "one")) {
      await screen(page, letter, [name]);
      await until(() => page.evaluate((name) => window.spoken.at(-1)?.includes(name), name));
    }
    await screen(page, letter, numbered(5, "five"));
    await until(() => page.evaluate(() => /^five-/.test(window.spoken.at(-1))));
    await page.evaluate(() => (window.spoken = []));
    await screen(page, letter, numbered(40, "forty"));
    await until(() => page.evaluate(() => window.spoken.at(-1) === "40 of 40 done"));
    for (const text of await page.evaluate(() => window.spoken)) {
      assert.match(text, /^\d+ of 40 done$/);
      assert.equal(parseInt(text) % 4, 0, text);
    }
    await screen(page, letter, numbered(6, "six"));
    await until(() => page.evaluate(() => window.spoken.at(-1) === "6 of 6 done"));
  });

  test("of a flood of results the page is drawn every so often, and at its end", async () => {
    const drawings = await page.evaluate(
      async ([bytes, count]) => {
        let drawings = 0;
        const observer = new MutationObserver(() => ++drawings);
        const everything = { childList: true, characterData: true, subtree: true };
        observer.observe(document.querySelector("#page"), everything);
        const text = new Uint8Array(bytes);
        await Promise.all(
          Array.from({ length: count }, (_, i) => thoraxlite.screen(text, `flood-${i}`)),
        );
        observer.disconnect();
        return drawings;
      },
      [[...letter], 1000],
    );
    assert.ok(drawings < 500, `${drawings} drawings of 1000 results`);
    await page.getByText("1,000 of 1,000 done").first().waitFor();
  });

  test("of films from scripts the last 32 can be seen, and the results of all", async () => {
    await screen(page, dot, numbered(33, "held"));
    await find(page, "held-1");
    await drawn(page);
    const pane = await find(page, "held-0");
    await page.getByRole("alert").getByText("no longer holds this film's file").waitFor();
    assert.equal(await pane.getAttribute("data-status"), "refused");
  });

  test("the first of the newest films is looked at where none was, and after it is cleared", async () => {
    const name = page.locator("#film-name");
    await screen(page, dot, ["first"]);
    await name.getByText("first", { exact: true }).waitFor();
    await screen(page, dot, ["second"]);
    assert.equal(await name.textContent(), "first", "what is looked at stays");
    await until(async () => (await shown(page)).join() === "second,first");
    await clearList(page);
    assert.deepEqual(await shown(page), []);
    assert.equal(await name.count(), 0);
  });

  test("a film whose maps are gone gets them again when it is looked at", async () => {
    const maps = page.getByRole("checkbox", { name: "Show the evidence map" });
    await screen(page, filmJpeg, numbered(26, "map"));
    await find(page, "map-25");
    await maps.waitFor();
    const pane = await find(page, "map-0");
    await maps.waitFor();
    assert.equal(await pane.getAttribute("data-status"), "ok");
  });

  test("a film that gets its maps again goes before the films that wait", async () => {
    await dropFiles(page, [{ name: "old.jpg", bytes: filmJpeg }]);
    await row(page, "old.jpg").and(page.locator("[data-status=ok]")).waitFor();
    await screen(page, filmJpeg, ["other"]);
    await read(page, "other"); // which keeps its maps
    await drawn(page);
    await screen(page, filmJpeg, numbered(25, "newer"));
    await page.getByRole("searchbox").fill("old");
    await row(page, "old.jpg").waitFor();
    const { order, workers } = await page.evaluate(
      async (bytes) => {
        const film = new Uint8Array(bytes);
        const order = [];
        const workers = new Set();
        const { postMessage } = Worker.prototype;
        Worker.prototype.postMessage = function (message) {
          if (message.type === "screen") {
            order.push(message.name);
            workers.add(this);
          }
          postMessage.apply(this, arguments);
        };
        const all = Array.from({ length: 4 * navigator.hardwareConcurrency }, (_, i) =>
          thoraxlite.screen(film, `flood-${i}`),
        );
        document.querySelector("[role=row][data-status=ok]").click();
        await Promise.all(all);
        Worker.prototype.postMessage = postMessage;
        return { order, workers: workers.size };
      },
      [...filmJpeg],
    );
    assert.ok(order.includes("old.jpg"), "its maps are made again");
    const before = order.indexOf("old.jpg");
    assert.ok(before <= workers, `${before} films before it by ${workers} workers`);
    await page.getByRole("searchbox").fill("");
  });

  test("what was shown anyway stays so when its maps come again", async () => {
    await screen(page, blankPng, ["blank"]);
    const pane = await read(page, "blank");
    await pane.getByRole("button", { name: "Show scores anyway" }).click();
    await pane.locator(".finding").first().waitFor();
    await screen(page, filmJpeg, numbered(25, "later"));
    await find(page, "later-0");
    await find(page, "blank");
    await pane.locator(".finding").first().waitFor();
    assert.match(await pane.locator(".warning").first().textContent(), /anyway/);
  });
});

describe("what the browser keeps", () => {
  let browser, context, page;
  before(async () => (browser = await launch()));
  after(() => browser.close());
  beforeEach(async () => {
    await context?.close();
    ({ context, page } = await openFile(browser));
    await page.evaluate(() => thoraxlite.ready);
    await remember(page, true);
  });

  async function remember(page, allowed) {
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByLabel("Remember").setChecked(allowed);
    await page.keyboard.press("Escape");
  }
  const kept = () =>
    page.evaluate(async () => {
      if ((await indexedDB.databases()).length === 0) return null;
      const database = await new Promise((resolve) => {
        const opening = indexedDB.open("thoraxlite");
        opening.onsuccess = () => resolve(opening.result);
      });
      if (database.objectStoreNames.length === 0) return null;
      const store = database.transaction("screenings").objectStore("screenings");
      const all = store.getAll();
      return new Promise((resolve) => {
        all.onsuccess = () => {
          database.close();
          resolve(all.result.map(({ file }) => file));
        };
      });
    });
  const keeps = (...names) => until(async () => (await kept())?.join() === names.join());
  const reload = async () => {
    await page.reload();
    await page.evaluate(() => thoraxlite.ready);
  };

  // What is kept is not lost; results.test.mjs looks at what is not.
  test("whoever leaves while films wait is asked, and nobody else", async () => {
    const asks = () =>
      page.evaluate(() => !dispatchEvent(new Event("beforeunload", { cancelable: true })));
    assert.equal(await asks(), false);
    const whileBusy = await page.evaluate(
      async (bytes) => {
        const screening = thoraxlite.screen(new Uint8Array(bytes), "busy.jpg");
        const asked = !dispatchEvent(new Event("beforeunload", { cancelable: true }));
        await screening;
        return asked;
      },
      [...filmJpeg],
    );
    assert.equal(whileBusy, true);
    assert.equal(await asks(), false);
  });

  test("is in the order of giving, over several visits, and can be looked at", async () => {
    await screen(page, letter, ["a", "b"]);
    await keeps("a", "b");
    await reload();
    await until(async () => (await shown(page)).join() === "a,b");
    await page.locator("#film-name").getByText("a", { exact: true }).waitFor();
    await screen(page, letter, ["c"]);
    await keeps("a", "b", "c");
    await reload();
    await until(async () => (await shown(page)).join() === "a,b,c");
  });

  const trouble = () => page.getByRole("dialog", { name: "Settings" }).locator(".message");

  test("may be nothing", async () => {
    await reload();
    await page.getByRole("button", { name: "Settings" }).click();
    assert.ok(await page.getByLabel("Remember").isChecked());
    assert.equal(await trouble().count(), 0);
    await page.keyboard.press("Escape");
    assert.deepEqual(await shown(page), []);
  });

  test("may be denied, and then the page says so", async () => {
    await page.evaluate(() => {
      indexedDB.constructor.prototype.open = () => {
        throw new Error("no room for it");
      };
    });
    await screen(page, letter, ["a"]);
    await page.getByRole("button", { name: "Settings" }).click();
    await trouble().getByText("no room for it").waitFor();
    await page.evaluate(() => {
      indexedDB.constructor.prototype.deleteDatabase = () => {
        throw new Error("nothing to erase");
      };
    });
    await page.getByRole("button", { name: "Erase" }).click();
    await trouble().getByText("nothing to erase").waitFor();
  });

  test("goes with the films that are cleared, of earlier visits too", async () => {
    await screen(page, letter, ["a", "b"]);
    await keeps("a", "b");
    await reload();
    await until(async () => (await shown(page)).length === 2);
    await screen(page, letter, ["c"]);
    await keeps("a", "b", "c");
    await clearList(page);
    await keeps();
    await screen(page, letter, ["d"]);
    await keeps("d");
  });

  test("is a film's newest result, once", async () => {
    await screen(page, blankPng, ["blank"]);
    await keeps("blank");
    const pane = await read(page, "blank");
    await pane.getByRole("button", { name: "Show scores anyway" }).click();
    await pane.locator(".finding").first().waitFor();
    await until(async () => (await kept())?.length === 1);
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await reload();
    await until(async () => (await shown(page)).join() === "blank");
  });

  test("is written at once when the page is hidden", async () => {
    const before = await page.evaluate(
      async (bytes) => {
        // Nothing comes by the clock any more.
        await thoraxlite.screen(new Uint8Array(bytes), "first");
        return true;
      },
      [...letter],
    );
    assert.ok(before);
    await keeps("first");
    await page.evaluate(
      async (bytes) => {
        const { setTimeout } = window;
        window.setTimeout = (work, milliseconds, ...rest) =>
          milliseconds >= 100 ? 0 : setTimeout(work, milliseconds, ...rest);
        await thoraxlite.screen(new Uint8Array(bytes), "second");
        window.setTimeout = setTimeout;
      },
      [...letter],
    );
    assert.deepEqual(await kept(), ["first"]);
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await keeps("first", "second");
  });

  test("goes when it is no longer allowed, also while another page is open", async () => {
    await screen(page, letter, ["a"]);
    await keeps("a");
    const other = await context.newPage();
    await other.goto(page.url());
    await until(async () => (await shown(other)).join() === "a");
    // What stands in its settings follows.
    await other.getByRole("button", { name: "Settings" }).click();
    const allowed = other.getByLabel("Remember");
    assert.ok(await allowed.isChecked());
    await remember(page, false);
    await until(async () => !(await allowed.isChecked()));
    await until(async () => (await kept()) === null);
    assert.equal(await page.evaluate(() => localStorage.length), 0);
    assert.deepEqual(await shown(page), ["a"], "the list stays");
    await screen(page, letter, ["b"]);
    await page.evaluate(() => new Promise((later) => setTimeout(later, 400)));
    assert.equal(await kept(), null);
    // Allowed again, what is there is kept.
    await other.close();
    await remember(page, true);
    await keeps("a", "b");
  });
});
