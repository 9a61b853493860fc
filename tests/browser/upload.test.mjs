// Nothing can be carried out of the page: whatever a script in it tries, not one byte is sent.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, test } from "node:test";
import { launch, singleFile } from "./chromium.mjs";
import { serveSite } from "./site.mjs";

// Each runs in the page with the address to reach, and settles when it has had its chance.
const attempts = {
  fetch: (at) => fetch(at, { method: "POST", body: "film" }),
  "fetch without CORS": (at) => fetch(at, { mode: "no-cors", method: "POST", body: "film" }),
  XMLHttpRequest: (at) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.onload = resolve;
      request.onerror = reject;
      request.open("POST", at);
      request.send("film");
    }),
  sendBeacon: (at) => {
    // It says true and sends nothing.
    navigator.sendBeacon(at, "film");
    throw new Error("counted at the server");
  },
  "form post": (at) => {
    const form = document.createElement("form");
    Object.assign(form, { action: at, method: "post" });
    document.body.append(form);
    form.submit();
    throw new Error("counted at the server");
  },
  image: (at) =>
    new Promise((resolve, reject) => {
      const image = new Image();
      image.onload = resolve;
      image.onerror = reject;
      image.src = `${at}?film`;
    }),
  WebSocket: (at) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(at.replace("http", "ws"));
      socket.onopen = resolve;
      socket.onerror = reject;
    }),
  EventSource: (at) =>
    new Promise((resolve, reject) => {
      const source = new EventSource(at);
      source.onopen = resolve;
      source.onerror = reject;
    }),
  "worker from an address": (at) => new Worker(at),
  "worker from a blob": (at) =>
    new Worker(URL.createObjectURL(new Blob([`fetch("${at}", { method: "POST" })`]))),
  "script element": async (at) => {
    const script = document.createElement("script");
    script.src = at;
    document.head.append(script);
  },
  import: (at) => import(at),
  eval: (at) => (0, eval)(`fetch("${at}")`),
  "markup with a handler": (at) => {
    document.body.innerHTML += `<img src="${at}" onerror="fetch('${at}')">`;
  },
  "style sheet": (at) =>
    new Promise((resolve, reject) => {
      const link = document.createElement("link");
      Object.assign(link, { rel: "stylesheet", href: at, onload: resolve, onerror: reject });
      document.head.append(link);
    }),
  "background image": async (at) => {
    document.body.style.backgroundImage = `url(${at})`;
    await new Promise(requestAnimationFrame);
    throw new Error("counted at the server");
  },
  font: (at) => new FontFace("f", `url(${at})`).load(),
  media: (at) =>
    new Promise((resolve, reject) => {
      const audio = new Audio(at);
      audio.onloadedmetadata = resolve;
      audio.onerror = reject;
    }),
  frame: async (at) => {
    const frame = document.createElement("iframe");
    frame.src = at;
    document.body.append(frame);
    await new Promise((resolve) => (frame.onload = resolve));
    throw new Error("counted at the server");
  },
  object: (at) =>
    new Promise((resolve, reject) => {
      const object = document.createElement("object");
      Object.assign(object, { data: at, type: "text/html", onload: resolve, onerror: reject });
      document.body.append(object);
    }),
  prefetch: (at) =>
    new Promise((resolve, reject) => {
      const link = document.createElement("link");
      Object.assign(link, { rel: "prefetch", href: at, onload: resolve, onerror: reject });
      document.head.append(link);
    }),
  "ping of a link": async (at) => {
    const link = document.createElement("a");
    Object.assign(link, { href: "javascript:void 0", ping: at });
    document.body.append(link);
    link.click();
    throw new Error("counted at the server");
  },
  "base address": async (at) => {
    const base = document.createElement("base");
    base.href = at;
    document.head.append(base);
    if (document.baseURI.startsWith(at)) return;
    throw new Error("the base stays");
  },
};

const inWorker = {
  fetch: attempts.fetch,
  XMLHttpRequest: attempts.XMLHttpRequest,
  WebSocket: attempts.WebSocket,
  importScripts: (at) => importScripts(at),
};

describe("uploads from the page", () => {
  let browser, site, listener, received, address;
  before(async () => {
    listener = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", (data) => {
        received += data;
        listener.emit("received");
        socket.destroy();
      });
    });
    await new Promise((listening) => listener.listen(0, "127.0.0.1", listening));
    address = `http://127.0.0.1:${listener.address().port}/`;
    site = await serveSite();
    // Chromium's own guard of local addresses must not be what keeps the page from the listener.
    browser = await launch(["--disable-features=LocalNetworkAccessChecks"]);
  });
  after(async () => {
    await browser.close();
    listener.close();
    site.close();
  });

  async function assertBlocked(pageAddress, scope, attempt) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(pageAddress);
    if (scope === "worker") await page.evaluate(() => thoraxlite.ready);
    received = "";
    const where = scope === "worker" ? page.workers()[0] : page;
    await assert.rejects(where.evaluate(attempt, address), "the attempt itself fails");
    await page.waitForTimeout(100); // for what a browser does on its own time
    assert.equal(received, "", "something was sent");
    assert.equal(page.url(), pageAddress, "the page was left");
    await context.close();
  }

  // Without its policy the page could do all of this, so it is the policy that prevents it.
  describe("the page without its policy", () => {
    const bare = resolve(mkdtempSync(resolve(tmpdir(), "thoraxlite-")), "bare.html");
    before(() => {
      const html = readFileSync(singleFile, "utf8");
      const without = html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "");
      assert.notEqual(without, html);
      writeFileSync(bare, without);
    });
    const impossibleAnyway = ["worker from an address", "base address"];
    for (const [name, attempt] of Object.entries(attempts))
      if (!impossibleAnyway.includes(name))
        test(`${name} reaches the listener`, async () => {
          const context = await browser.newContext();
          const page = await context.newPage();
          await page.goto(pathToFileURL(bare).href);
          received = "";
          const arrived = once(listener, "received", { signal: AbortSignal.timeout(20_000) });
          page.evaluate(attempt, address).catch(() => {});
          await arrived;
          assert.notEqual(received, "");
          await context.close();
        });
  });

  for (const shape of ["single file", "site"])
    describe(shape, () => {
      const pageAddress = () =>
        shape === "site" ? `http://127.0.0.1:${site.port}/` : pathToFileURL(singleFile).href;
      for (const [name, attempt] of Object.entries(attempts))
        test(name, () => assertBlocked(pageAddress(), "page", attempt));
      for (const [name, attempt] of Object.entries(inWorker))
        test(`${name}, from the worker`, () => assertBlocked(pageAddress(), "worker", attempt));
    });
});
