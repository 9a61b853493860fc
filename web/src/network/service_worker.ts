// Keeps the site on the computer, so that it opens without a network, and answers for it: with the
// headers that a static server does not send, and with nothing for addresses that are none of its
// files, so that a controlled page cannot carry anything even to its own host.

import { createHandlerBoundToURL, precache, matchPrecache } from "workbox-precaching";

declare const self: ServiceWorkerGlobalScope;
// By build/site_worker.ts: the site's files with their revisions, the page's policy and its version.
declare const __FILES__: { url: string; revision: string }[];
declare const __POLICY__: string;
declare const __VERSION__: string;

precache(__FILES__);
const page = createHandlerBoundToURL("index.html");

// Isolation gives threads their shared memory. A policy in a header can say what one in the page
// cannot: that nobody may put this page into a frame.
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Content-Security-Policy": `${__POLICY__}; frame-ancestors 'none'`,
  "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=()",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

async function answer(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const found =
    (await matchPrecache(request)) ??
    (request.mode === "navigate"
      ? await page({ event, request, url: new URL(request.url) })
      : undefined);
  if (found === undefined) return new Response(null, { status: 404 });
  const all = new Headers(found.headers);
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  return new Response(found.body, { status: found.status, headers: all });
}

self.addEventListener("fetch", (event) => event.respondWith(answer(event)));

// A new version waits until the reader takes it: two versions never mix in one page.
self.addEventListener("message", ({ data, ports }) => {
  if (data === "take over") void self.skipWaiting();
  if (data === "version") ports[0]?.postMessage(__VERSION__);
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
