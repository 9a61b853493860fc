// What the benches open in a browser, on this machine only. Its headers make the page cross-origin
// isolated, which threads and exact clocks need; nothing is cached, so that every load is a cold one.

import { createReadStream, existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const kTypes = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

// folders: { "/first-part-of-the-address": [folders to look in] }. Resolves to { address, close }.
export async function serve(folders) {
  const server = createServer(async ({ url }, response) => {
    const path = normalize(decodeURIComponent(new URL(url, "http://bench").pathname));
    const mount = Object.keys(folders).find((start) => path.startsWith(`${start}/`));
    const files = mount
      ? folders[mount].map((folder) => join(folder, path.slice(mount.length)))
      : [];
    const file = files.find((candidate) => existsSync(candidate));
    const found = file && (await stat(file));
    if (!found?.isFile()) return response.writeHead(404).end();
    response.writeHead(200, {
      "Content-Type": kTypes[extname(file)] ?? "application/octet-stream",
      "Content-Length": found.size,
      "Cache-Control": "no-store",
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
      "Cross-Origin-Resource-Policy": "same-origin",
    });
    createReadStream(file).pipe(response);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
