// A headless Chromium without a network of its own, and the page opened in it from disk.

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import "./temporary.mjs"; // before any browser
import { chromium } from "playwright-core";

export const root = resolve(import.meta.dirname, "../..");
export const dist = resolve(root, process.env.THORAXLITE_DIST ?? "dist");
export const singleFile = resolve(dist, "thoraxlite.html");

// locale: as of the system's programs, which says what names of files are text.
export function launch(moreFlags = [], locale = "C.UTF-8") {
  return chromium.launch({
    env: {
      ...process.env,
      LC_ALL: locale,
      FONTCONFIG_FILE: resolve(import.meta.dirname, "fonts.conf"),
    },
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...moreFlags,
    ],
  });
}

// Without a graphics processor, Chromium remarks that reading its drawings back is slow.
export const isSlowDrawing = (message) =>
  /GL Driver Message \(OpenGL, Performance/.test(message.text());

// Opens a page and notes what it asks for, says and throws. Every request but `address` itself is
// aborted. Addresses inside the page's own memory (blob:, data:) are not requests.
export async function open(browser, address, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const requests = [];
  const complaints = [];
  await context.route("**/*", (route) => {
    if (route.request().url() === address && route.request().isNavigationRequest())
      return route.continue();
    return route.abort();
  });
  context.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url())) requests.push(request.url());
  });
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !isSlowDrawing(message))
      complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(address);
  return { page, context, requests, complaints };
}

export const openFile = (browser, file = singleFile, options = {}) =>
  open(browser, pathToFileURL(resolve(file)).href, options);
