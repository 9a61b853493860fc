// dist/site over plain http on this machine, with a list of what was asked for.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { dist } from "./chromium.mjs";

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".webmanifest": "application/manifest+json",
};

// change(path, body): what is served instead, so that a test can bring out another version.
export async function serveSite(change = (_, body) => body) {
  const asked = [];
  const server = createServer(async ({ url }, response) => {
    asked.push(url);
    const { pathname } = new URL(url, "http://localhost");
    const path = pathname === "/" ? "/index.html" : pathname;
    try {
      const body = await readFile(resolve(dist, "site", `.${path}`));
      response
        .writeHead(200, { "Content-Type": types[extname(path)] ?? "text/plain" })
        .end(change(path, body));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address();
  return { port, asked, close: () => (server.closeAllConnections(), server.close()) };
}
